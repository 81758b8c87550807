"""An installation with a migrated database in a folder of its own, and what is needed to fill it in a line or two."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from alerts.cases.linking import link
from alerts.cases.priority import load_weights, prioritise
from app.installation import Installation
from models import migrations
from models.database import Database
from models.keys import Keyring
from models.settings import load_settings
from models.store import ContentStore
from models.tables import (
    Account,
    Assessment,
    CasePost,
    Contact,
    Lease,
    Post,
    PostContact,
    PostVersion,
    Source,
    User,
)
from models.weeks import utc_now

MONDAY = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
"""When posts of the builder are first seen, unless it is told otherwise."""


class Builder:
    """Fills an installation; every method writes at once and gives an id."""

    def __init__(self, installation: Installation) -> None:
        self.database = installation.database
        self.keyring = installation.keyring
        self._posts = 0
        self._known: dict[tuple[str, str], int] = {}

    def source(self, key: str = "pasar", *, language: str = "id", country: str = "ID") -> int:
        """A source; the same key gives the same one."""
        return self._once(
            ("source", key),
            Source(
                key=key,
                name=f"Pasar {key}",
                url=f"https://{key}.example/",
                country=country,
                language=language,
                keep="matches",
                registry_entry={},
                configuration_sha256="0" * 64,
                due_at=MONDAY,
            ),
        )

    def account(self, name: str, source: str = "pasar") -> int:
        """A seller; the same name on the same source gives the same one."""
        pseudonym = self.keyring.pseudonym("account", f"{source}:{name}")
        return self._once(
            ("account", pseudonym),
            Account(
                source_id=self.source(source),
                pseudonym=pseudonym,
                name_encrypted=self.keyring.encrypt(name),
                first_seen=MONDAY,
            ),
        )

    def contact(self, value: str, *, reach: str | None = None) -> int:
        """A contact; `reach` is what stands behind it, the value itself unless given."""
        pseudonym = self.keyring.pseudonym("contact", value)
        return self._once(
            ("contact", pseudonym),
            Contact(
                kind="phone" if value.startswith("+") else value.partition(":")[0],
                pseudonym=pseudonym,
                reach=self.keyring.pseudonym("reach", reach or value),
                value_encrypted=self.keyring.encrypt(value),
                first_seen=MONDAY,
            ),
        )

    def post(
        self,
        text: str = "dijual anakan berang-berang",
        *,
        seller: str | None = None,
        contacts: Sequence[str] = (),
        source: str = "pasar",
        first_seen: dt.datetime = MONDAY,
        posted_at: dt.datetime | None = None,
        gone_at: dt.datetime | None = None,
        url: str | None = None,
        **version: Any,
    ) -> int:
        """A post with its first version, not assessed yet."""
        self._posts += 1
        source_id = self.source(source)
        account_id = self.account(seller, source) if seller else None
        contact_ids = [self.contact(value) for value in contacts]
        with self.database.writing() as session:
            post = Post(
                source_id=source_id,
                url=url or f"https://{source}.example/item/{self._posts}",
                account_id=account_id,
                posted_at=posted_at,
                first_seen=first_seen,
                last_seen=first_seen,
                gone_at=gone_at,
            )
            session.add(post)
            session.flush()
            session.add_all(PostContact(post_id=post.id, contact_id=contact_id) for contact_id in contact_ids)
            session.add(_version(post.id, 1, text, first_seen, version))
            return post.id

    def version(self, post_id: int, text: str, **version: Any) -> int:
        """The next version of a post; gives the version's id."""
        with self.database.writing() as session:
            post = session.get_one(Post, post_id)
            post.current_number += 1
            made = _version(post_id, post.current_number, text, post.first_seen, version)
            session.add(made)
            session.flush()
            return made.id

    def assessment(self, post_id: int, *, intent: str = "sale", model: str = "test-1", **fields: Any) -> int:
        """An assessment of a post's newest version."""
        facts = {"age_classes": fields.pop("age_classes", []), "quantity": fields.pop("quantity", None), "cues": []}
        with self.database.writing() as session:
            number = session.get_one(Post, post_id).current_number
            version = session.scalars(select(PostVersion).filter_by(post_id=post_id, number=number)).one()
            values = {
                "flagged": intent in {"sale", "parts"},
                "probability": 0.9,
                "field_probability": 0.5,
                "language": "id",
                "species": "Aonyx cinereus",
                "eyes": "unknown",
                "reasons": [],
                "facts": facts,
            }
            assessment = Assessment(
                version_id=version.id, model=model, assessed_at=MONDAY, intent=intent, **(values | fields)
            )
            session.add(assessment)
            session.flush()
            return assessment.id

    def offer(self, text: str = "dijual anakan berang-berang", *, intent: str = "sale", **given: Any) -> int:
        """A post with an assessment; gives the post's id."""
        of_post = {"seller", "contacts", "source", "first_seen", "posted_at", "gone_at", "url", "title"}
        post_id = self.post(text, **{key: value for key, value in given.items() if key in of_post})
        self.assessment(post_id, intent=intent, **{k: v for k, v in given.items() if k not in of_post})
        return post_id

    def user(self, name: str = "Ana", role: str = "analyst") -> int:
        """A person who cannot sign in."""
        with self.database.writing() as session:
            user = User(name=name, role=role, password_hash="", created_at=MONDAY)
            session.add(user)
            session.flush()
            return user.id

    def link(self) -> None:
        """Run the link stage until nothing waits."""
        while link(self.database, holder="test"):
            pass

    def prioritise(self) -> None:
        """Run the prioritise stage until nothing waits."""
        weights = load_weights()
        while prioritise(self.database, holder="test", weights=weights):
            pass

    def case_of(self, post_id: int) -> int:
        """The case in which a post stands."""
        with self.database.reading() as session:
            return session.get_one(CasePost, post_id).case_id

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that are sent meanwhile."""
        sent: list[str] = []
        listener = (self.database.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
        event.listen(*listener)
        try:
            yield sent
        finally:
            event.remove(*listener)

    def leases_run_out(self) -> None:
        """As if the time of every lease had passed."""
        with self.database.writing() as session:
            session.execute(update(Lease).values(until=utc_now() - dt.timedelta(seconds=1)))

    def _once(self, key: tuple[str, str], row: Any) -> int:
        if key not in self._known:
            with self.database.writing() as session:
                session.add(row)
                session.flush()
                self._known[key] = row.id
        return self._known[key]


def _version(post_id: int, number: int, text: str, seen_at: dt.datetime, given: dict[str, Any]) -> PostVersion:
    content = hashlib.sha256(f"{text}{sorted(given.items())}".encode()).hexdigest()
    return PostVersion(post_id=post_id, number=number, seen_at=seen_at, text=text, content_sha256=content, **given)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with keys and a migrated database, to be copied: migrating takes longer than most tests."""
    folder = tmp_path_factory.mktemp("template") / "data"
    folder.mkdir()
    database = Database(load_settings(data_dir=folder).database_address)
    migrations.upgrade(database)
    database.close()
    Keyring.create(folder / "keys")
    return folder


@pytest.fixture(scope="session")
def database_of_all(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """One object for all tests, for it keeps the statements that it has compiled; its file is another for each test."""
    folder = tmp_path_factory.mktemp("installation") / "data"
    database = Database(load_settings(data_dir=folder).database_address)
    # No test cuts the power, and a killed process loses nothing that the system has.
    event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return database


def begin_anew(database: Database, template: Path) -> Installation:
    """An empty installation in the place of the last one."""
    database.close()
    folder = Path(str(database.url.database)).parent
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(template, folder)
    settings = load_settings(data_dir=folder)
    return Installation(settings, database, Keyring(settings.keys_folder), ContentStore(settings.evidence_dir))


@pytest.fixture
def installation(database_of_all: Database, template: Path) -> Iterator[Installation]:
    """An installation of the test's own, empty."""
    opened = begin_anew(database_of_all, template)
    yield opened
    opened.close()


@pytest.fixture
def data_dir(installation: Installation) -> Path:
    """The data folder of the installation; nobody has opened its database yet."""
    return installation.settings.data_dir


@pytest.fixture
def build(installation: Installation) -> Builder:
    """Fills the installation."""
    return Builder(installation)
