"""What one version of the model said about one version of a post."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.posts import PostVersion


class Assessment(Base):
    """One assessment; contacts are not in here but, encrypted, in their own table."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("version_id", "model"),
        Index("ix_assessment_flagged_intent", "flagged", "intent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("post_version.id"))
    model: Mapped[str] = mapped_column(String(100))
    assessed_at: Mapped[dt.datetime]
    intent: Mapped[str] = mapped_column(String(20))
    flagged: Mapped[bool]
    probability: Mapped[float]
    """Calibrated where some 40 % of posts are to be flagged."""
    field_probability: Mapped[float]
    """Corrected for how rare offers are in the field; the queue uses this one."""
    language: Mapped[str] = mapped_column(String(8))
    species: Mapped[str | None] = mapped_column(String(40))
    eyes: Mapped[str] = mapped_column(String(10), default="unknown")
    """closed, partly, open, unknown."""
    linked: Mapped[bool] = mapped_column(default=False, index=True)
    """Whether the link stage has seen it."""
    facts: Mapped[dict[str, Any]]
    """The measured output of `docs` without contacts, plus the richer facts under `details`."""
    reasons: Mapped[list[Any]]
    """For the analyst: [{"text", "weight", "side"}], strongest first."""

    version: Mapped[PostVersion] = relationship()
