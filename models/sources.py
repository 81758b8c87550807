"""Sources, the crawl runs over them, and the collecting effort behind every trend."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base


class Source(Base):
    """A public place that may be collected, with its registry entry."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    """Name of the source file without its ending; never changes."""
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(String(2), default="")
    """ISO 3166-1 alpha-2, empty where the place is international."""
    language: Mapped[str] = mapped_column(String(8), default="und")
    """ISO 639-1, `und` where posts are in several languages."""
    keep: Mapped[str] = mapped_column(String(10))
    registry_entry: Mapped[dict[str, Any]]
    """owner, access_route, terms_reviewed_by, terms_reviewed_on, robots, legal_basis."""
    every_minutes: Mapped[int] = mapped_column(default=1440)
    configuration_sha256: Mapped[str] = mapped_column(String(64))
    enabled: Mapped[bool] = mapped_column(default=True)
    due_at: Mapped[dt.datetime]
    """When the next crawl is due; UTC."""

    runs: Mapped[list["CrawlRun"]] = relationship(back_populates="source")


class CrawlRun(Base):
    """One attempt to collect one source; `status` never claims more than was seen."""

    __tablename__ = "crawl_run"
    __table_args__ = (Index("ix_crawl_run_source_id_started_at", "source_id", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    status: Mapped[str] = mapped_column(String(20), default="running")
    """running, complete, partial, failed, refused, interrupted."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """In plain words, why the run is not complete."""
    requests: Mapped[int] = mapped_column(default=0)
    pages_failed: Mapped[int] = mapped_column(default=0)
    posts_seen: Mapped[int] = mapped_column(default=0)
    posts_new: Mapped[int] = mapped_column(default=0)
    posts_changed: Mapped[int] = mapped_column(default=0)
    posts_gone: Mapped[int] = mapped_column(default=0)
    posts_rejected: Mapped[int] = mapped_column(default=0)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How often each kind of answer came: {"200": 61, "404": 1, "timeout": 2}."""

    source: Mapped[Source] = relationship(back_populates="runs")


class CollectingEffort(Base):
    """Effort spent on one source in one week."""

    __tablename__ = "collecting_effort"

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    week: Mapped[dt.date] = mapped_column(primary_key=True)
    """The Monday."""
    runs: Mapped[int] = mapped_column(default=0)
    runs_complete: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)


class CollectedCount(Base):
    """Distinct posts first met on one source in one week and language: kept, and rejected by the prefilter."""

    __tablename__ = "collected_count"

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    week: Mapped[dt.date] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    kept: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)


class RejectedPost(Base):
    """That an address was rejected in a week, so that a second visit is not counted twice.

    Only a keyed hash of the address stays. A small random sample keeps its text until `sample_until`,
    so that what the prefilter misses can be estimated.
    """

    __tablename__ = "rejected_post"
    __table_args__ = (UniqueConstraint("source_id", "week", "address_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    week: Mapped[dt.date]
    address_hash: Mapped[str] = mapped_column(String(64))
    sample_title: Mapped[str | None] = mapped_column(Text)
    sample_text: Mapped[str | None] = mapped_column(Text)
    sample_until: Mapped[dt.datetime | None] = mapped_column(index=True)
