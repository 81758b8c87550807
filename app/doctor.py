"""Examining an installation: each finding says what was looked at, how it stands, and what to do."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select, text

from alerts.cases.priority import load_weights
from alerts.evidence.captures import check
from crawler.source_file import load_sources
from models import migrations
from models.database import Database
from models.errors import OtterwatchError
from models.keys import Keyring
from models.settings import Settings
from models.store import ContentStore
from models.tables import Capture, Case, CrawlRun, Lease, Post, Source
from models.weeks import utc_now

LEAST_FREE = 500 * 2**20
"""Bytes free below which collecting should not go on."""
SAMPLE = 25
"""Captures whose hashes are taken again."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    state: Literal["good", "note", "bad"]
    about: str
    words: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at one thing after the other; a thing that cannot be looked at is itself a finding."""
    yield Finding("good", "program", f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    if not settings.data_dir.is_dir():
        yield Finding("bad", "data folder", f"{settings.data_dir} does not exist; run `otterwatch start`")
        return
    for about, look in _LOOKS:
        try:
            yield from look(settings)
        except OtterwatchError as error:
            yield Finding("bad", about, str(error))


def _folder(settings: Settings) -> Iterator[Finding]:
    if not os.access(settings.data_dir, os.W_OK):
        yield Finding("bad", "data folder", f"{settings.data_dir} cannot be written; mend its permissions")
    free = shutil.disk_usage(settings.data_dir).free
    if free < LEAST_FREE:
        yield Finding("bad", "disk", f"only {free // 2**20} MiB free; free some space before you go on")
    else:
        yield Finding("good", "disk", f"{free // 2**30} GiB free")


def _keys(settings: Settings) -> Iterator[Finding]:
    keyring = Keyring(settings.keys_folder)
    keyring.decrypt(keyring.encrypt("test"))
    loose = [
        file.name
        for file in settings.keys_folder.iterdir()
        if sys.platform != "win32" and stat.S_IMODE(file.stat().st_mode) & 0o077
    ]
    if loose:
        yield Finding("bad", "keys", f"others can read {', '.join(loose)}; run `chmod 600` on them")
    else:
        yield Finding("good", "keys", "there, readable by you alone; keep a copy of them on another disk")


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.database_address)
    migrations.check(database)
    with database.reading() as session:
        if database.engine.dialect.name == "sqlite":
            answer = session.execute(text("PRAGMA quick_check(1)")).scalar_one()
            if answer != "ok":
                yield Finding("bad", "database", "it is damaged; restore it from a backup")
                return
        posts = session.scalar(select(func.count()).select_from(Post)) or 0
        cases = session.scalar(select(func.count()).where(Case.status == "open")) or 0
        now = utc_now()
        stale = session.scalar(select(func.count()).select_from(Lease).where(Lease.until < now)) or 0
        unfinished = session.scalar(select(func.count()).where(CrawlRun.status == "running")) or 0
    yield Finding("good", "database", f"sound, {posts} posts, {cases} open cases")
    if stale:
        yield Finding(
            "note", "work", f"{stale} pieces were left by a worker that ended; they are taken up again by themselves"
        )
    if unfinished:
        yield Finding(
            "note", "crawls", f"{unfinished} running, or ended without saying so; the next run clears this up"
        )


def _evidence(settings: Settings) -> Iterator[Finding]:
    store, database = ContentStore(settings.evidence_dir), Database(settings.database_address)
    with database.reading() as session:
        captures = session.scalars(select(Capture).order_by(func.random()).limit(SAMPLE)).all()
    broken = [c.id for c in captures if not check(store, c).intact]
    if broken:
        numbers = ", ".join(map(str, sorted(broken)))
        yield Finding("bad", "evidence", f"captures {numbers} are missing or altered; restore them from a backup")
    else:
        yield Finding("good", "evidence", f"{len(captures)} captures looked at, all intact")


def _sources(settings: Settings) -> Iterator[Finding]:
    found, errors = load_sources(settings.sources_dir) if settings.sources_dir.is_dir() else ([], [])
    for error in errors:
        yield Finding("bad", "source file", str(error))
    if found:
        yield Finding("good", "source files", f"{len(found)} well formed")
    elif not errors:
        yield Finding(
            "note", "source files", f"none of your own in {settings.sources_dir}; the demonstration is watched"
        )
    if not settings.contact:
        yield Finding(
            "note", "contact", "no address for the User-Agent, so no crawl leaves this machine; set OTTERWATCH_CONTACT"
        )
    database = Database(settings.database_address)
    with database.reading() as session:
        newest = select(func.max(CrawlRun.id)).group_by(CrawlRun.source_id)
        rows = session.execute(
            select(Source.key, CrawlRun)
            .join(CrawlRun, CrawlRun.source_id == Source.id)
            .where(CrawlRun.id.in_(newest), CrawlRun.status.in_(["failed", "refused", "partial"]))
        ).all()
    for key, run in rows:
        yield Finding("note", f"source {key}", f"last run {run.status}: {run.reason}")


def _priority(settings: Settings) -> Iterator[Finding]:
    own = settings.data_dir / "priority.toml"
    if own.is_file():
        load_weights(own)
        yield Finding("good", "priority", "your own priority.toml is well formed")


def _classifier(_settings: Settings) -> Iterator[Finding]:
    from classifier.assessment import Classifier, Post  # takes seconds

    classifier = Classifier.load()
    assessment = classifier.assess(Post(text="jual anakan berang-berang, mata masih merem"))
    if not assessment.flagged:
        yield Finding("bad", "classifier", "it misses a plain offer; install Otterwatch again")
    else:
        yield Finding("good", "classifier", f"model {classifier.version} reads")


_LOOKS: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
    ("data folder", _folder),
    ("keys", _keys),
    ("database", _database),
    ("evidence", _evidence),
    ("source files", _sources),
    ("priority", _priority),
    ("classifier", _classifier),
)
