"""An installation filled with rows directly, the console served from it, and a small client of plain HTTP."""

import datetime as dt
import hashlib
import http.client
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from argon2 import PasswordHasher

from alerts.cases.linking import link
from alerts.cases.priority import load_weights, prioritise
from app import accounts
from app.accounts import add_user
from app.console.server import ConsoleServer
from app.installation import Installation
from models.database import Database
from models.keys import Keyring
from models.settings import load_settings
from models.store import ContentStore
from models.tables import (
    Account,
    Assessment,
    Capture,
    CollectingEffort,
    Contact,
    CrawlRun,
    Post,
    PostContact,
    PostVersion,
    Source,
)
from models.weeks import monday_of, utc_now

SAMPLE = json.loads((Path(__file__).parent / "sample.json").read_text("utf-8"))
PASSWORD = "correct-horse-battery"
USERS = {"mai": "analyst", "somchai": "analyst", "ana": "approver", "root": "administrator", "warden": "partner"}
TELEPHONE = ("whatsapp:", "zalo:", "viber:")


def warc(url: str, body: bytes) -> bytes:
    """A WARC file with one response."""
    http_part = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
        f"WARC-Date: 2026-11-20T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(http_part)}\r\n\r\n"
    )
    return head.encode() + http_part + b"\r\n\r\n"


class Filler:
    """Writes sources, posts, captures and assessments as the earlier stages would."""

    def __init__(self, installation: Installation, now: dt.datetime | None = None) -> None:
        self.installation = installation
        self.now = now or utc_now()
        self._sources: dict[str, int] = {}

    def source(self, key: str, name: str, *, status: str = "complete", reason: str = "", country: str = "") -> int:
        """A source with one run that ended a little while ago."""
        with self.installation.database.writing() as session:
            source = Source(
                key=key,
                name=name,
                url=f"https://{key}.example/",
                country=country,
                keep="matches",
                registry_entry={"owner": f"{name} Co.", "access_route": "public pages", "robots": "allowed"},
                configuration_sha256="0" * 64,
                due_at=self.now + dt.timedelta(hours=5),
            )
            session.add(source)
            session.flush()
            started = self.now - dt.timedelta(minutes=48)
            session.add(
                CrawlRun(
                    source_id=source.id,
                    started_at=started,
                    ended_at=started + dt.timedelta(minutes=7),
                    status=status,
                    reason=reason,
                    requests=214,
                    posts_seen=180,
                    posts_new=14,
                    posts_changed=3,
                    posts_gone=2,
                    posts_rejected=161,
                    pages_failed=0 if status == "complete" else 9,
                )
            )
            for week in range(10):
                effort = CollectingEffort(
                    source_id=source.id, week=monday_of(self.now) - dt.timedelta(weeks=week), requests=900 - 61 * week
                )
                session.add(effort)
            self._sources[key] = source.id
            return source.id

    def post(self, sample: dict[str, Any], source_id: int) -> int:
        """One post of the sample with its versions, captures, contacts and assessments."""
        keyring = self.installation.keyring
        versions = [*sample.get("versions", []), sample]
        seen = [self.now - dt.timedelta(days=version["days"]) for version in versions]
        with self.installation.database.writing() as session:
            pseudonym = keyring.pseudonym("account", f"{source_id}:{sample['seller']}")
            account = session.query(Account).filter_by(source_id=source_id, pseudonym=pseudonym).first()
            if account is None:
                account = Account(
                    source_id=source_id,
                    pseudonym=pseudonym,
                    name_encrypted=keyring.encrypt(sample["seller"]),
                    first_seen=seen[0],
                )
                session.add(account)
                session.flush()
            post = Post(
                source_id=source_id,
                url=f"https://market.example/listing/{sample['key']}",
                account_id=account.id,
                posted_at=seen[-1] - dt.timedelta(hours=5) if sample.get("stated", True) else None,
                first_seen=seen[0],
                last_seen=self.now,
                gone_at=self.now - dt.timedelta(days=sample["gone"]) if "gone" in sample else None,
                current_number=len(versions),
            )
            session.add(post)
            session.flush()
            for number, version in enumerate(versions, 1):
                merged = {**sample, **version}
                capture = self._capture(session, post.url, merged, seen[number - 1])
                row = PostVersion(
                    post_id=post.id,
                    number=number,
                    seen_at=seen[number - 1],
                    title=merged["title"],
                    text=merged["text"],
                    price_text=merged["price_text"],
                    price_amount=Decimal(merged["price"]) if merged.get("price") else None,
                    price_currency=merged.get("currency"),
                    place=merged.get("place", ""),
                    content_sha256=hashlib.sha256(merged["text"].encode()).hexdigest(),
                    capture_id=capture.id,
                )
                session.add(row)
                session.flush()
                session.add(assessment(row, merged, seen[number - 1]))
            for value in sample["contacts"]:
                session.add(PostContact(post_id=post.id, contact_id=self._contact(session, value)))
            return post.id

    def link(self) -> None:
        """Run the link and prioritise stages."""
        while link(self.installation.database, holder="test"):
            pass
        while prioritise(self.installation.database, holder="test", weights=load_weights()):
            pass

    def everything(self) -> None:
        """The whole sample on three sources, linked and weighed."""
        places = [
            self.source("pasar-bebas", "Pasar Bebas"),
            self.source("talad-nad", "Talad Nad", status="partial", reason="The site answered 503 nine times."),
            self.source("freeboard", "Freeboard Asia", country="SG"),
        ]
        for number, sample in enumerate(SAMPLE):
            self.post(sample, places[1 if sample["language"] == "th" else 2 if number % 5 == 0 else 0])
        self.link()

    def _capture(self, session: Any, url: str, version: dict[str, Any], at: dt.datetime) -> Capture:
        body = f"<html><title>{version['title']}</title>{version['text']} {version['price_text']}</html>".encode()
        content = warc(url, body)
        capture = Capture(
            requested_url=url,
            final_url=url,
            http_status=200,
            started_at=at - dt.timedelta(seconds=1),
            ended_at=at,
            warc_sha256=self.installation.store.put(content),
            warc_size=len(content),
            payload_sha256=hashlib.sha256(body).hexdigest(),
            details={"hops": [{"address": url, "status": 200}]},
        )
        session.add(capture)
        session.flush()
        return capture

    def _contact(self, session: Any, value: str) -> int:
        keyring = self.installation.keyring
        pseudonym = keyring.pseudonym("contact", value)
        contact = session.query(Contact).filter_by(pseudonym=pseudonym).first()
        if contact is None:
            number = next((value.removeprefix(way) for way in TELEPHONE if value.startswith(way)), value)
            contact = Contact(
                kind="phone" if value.startswith("+") else value.partition(":")[0],
                pseudonym=pseudonym,
                reach=keyring.pseudonym("reach", number),
                value_encrypted=keyring.encrypt(value),
                first_seen=self.now,
            )
            session.add(contact)
            session.flush()
        return int(contact.id)


def assessment(version: PostVersion, sample: dict[str, Any], at: dt.datetime) -> Assessment:
    """What the model would say of a sample; its cues are found by their words."""
    cues = []
    for kind, words, gloss in sample["cues"]:
        for name in ("title", "text"):
            start = getattr(version, name).find(words)
            if start >= 0:
                end = start + len(words)
                cue = {"field": name, "kind": kind, "start": start, "end": end, "text": words, "gloss": gloss}
                cues.append(cue)
                break
    price = {"amount": sample["price"], "currency": sample["currency"]} if sample.get("price") else None
    return Assessment(
        version_id=version.id,
        model="2026.11-test",
        assessed_at=at,
        intent=sample["intent"],
        flagged=sample["intent"] in {"sale", "parts"},
        probability=sample["probability"],
        field_probability=sample["field_probability"],
        language=sample["language"],
        species=sample["species"],
        eyes=sample["eyes"],
        linked=False,
        facts={
            "age_classes": sample["age_classes"],
            "quantity": sample["quantity"],
            "price": price,
            "cues": cues,
            "details": {},
        },
        reasons=[{"text": text, "weight": weight, "side": side} for text, weight, side in sample["reasons"]],
    )


@dataclass
class Answer:
    """What the console answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def words(self) -> str:
        """The page without its tags, on one line."""
        body = re.sub(r"<script.*?</script>|<title>.*?</title>|<dialog.*?</dialog>", " ", self.text, flags=re.DOTALL)
        return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@dataclass
class Client:
    """A browser without scripts: keeps the cookie, sends forms, follows nothing by itself."""

    address: str
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=30)
        sent = {**self.headers, **(headers or {})}
        if self.cookie:
            sent["Cookie"] = self.cookie
        try:
            connection.request(method, path.split("#")[0], body=body, headers=sent)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            found = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)
        finally:
            connection.close()
        if "set-cookie" in found.headers:
            self.cookie = found.headers["set-cookie"].split(";")[0]
        return found

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path: str, **fields: Any) -> Answer:
        head = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urlencode(fields).encode(), head)

    def sign_in(self, name: str = "mai") -> "Client":
        answer = self.post("/login", name=name, password=PASSWORD)
        assert answer.status == 303, answer.words
        return self


def make(folder: Path, fill: Callable[[Filler], None]) -> Installation:
    """An installation with all users, filled by `fill`."""
    installation = Installation.create(load_settings(data_dir=folder, console_port=0))
    for name, role in USERS.items():
        add_user(installation.database, name=name, role=role, password=PASSWORD)
    fill(Filler(installation))
    return installation


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash passwords with little work: what is tested here is not their strength."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "data"
    make(folder, Filler.everything).close()
    return folder


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "data"
    make(folder, lambda _filler: None).close()
    return folder


def opened(folder: Path, tmp_path: Path) -> Iterator[Installation]:
    shutil.copytree(folder, tmp_path / "data", copy_function=shutil.copy)
    settings = load_settings(data_dir=tmp_path / "data", console_port=0)
    # Not Installation.open, which asks the migrations each time.
    database = Database(settings.database_address)
    yield Installation(settings, database, Keyring(settings.keys_folder), ContentStore(settings.evidence_dir))
    database.close()


@pytest.fixture
def installation(filled_folder: Path, tmp_path: Path) -> Iterator[Installation]:
    """The filled installation, a copy for each test."""
    yield from opened(filled_folder, tmp_path)


@pytest.fixture
def empty(empty_folder: Path, tmp_path: Path) -> Iterator[Installation]:
    """An installation with accounts only."""
    yield from opened(empty_folder, tmp_path)


@pytest.fixture
def address(installation: Installation) -> Iterator[str]:
    with ConsoleServer(installation).running() as server:
        yield server.address


@pytest.fixture
def client_of() -> type[Client]:
    """The client's class, for a console that a test serves itself."""
    return Client


@pytest.fixture
def client(address: str) -> Client:
    """A client that is not signed in."""
    return Client(address)


@pytest.fixture
def mai(address: str) -> Client:
    """A signed-in analyst."""
    return Client(address).sign_in("mai")


@pytest.fixture(scope="session")
def filled(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A filled installation that all tests share that change nothing."""
    yield from opened(filled_folder, tmp_path_factory.mktemp("reading"))


@pytest.fixture(scope="session")
def reading_address(filled: Installation) -> Iterator[str]:
    """The console of `filled`."""
    with ConsoleServer(filled).running() as server:
        yield server.address


@pytest.fixture
def reader(reading_address: str) -> Client:
    """A signed-in analyst on the shared console; tests that change something take `mai`."""
    return Client(reading_address).sign_in("mai")
