"""Links between posts, the cases they make, and what people decided."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.people import User
from models.posts import Post


class Link(Base):
    """Why two posts belong together; `post_a_id` is always the smaller."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("post_a_id", "post_b_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_a_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    post_b_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """account, contact."""
    strength: Mapped[float]
    """0 to 1."""
    made_at: Mapped[dt.datetime]


class Case(Base):
    """Posts that belong together, with a priority and its reasons, a status and a history."""

    __tablename__ = "case"
    __table_args__ = (Index("ix_case_status_priority", "status", "priority"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[dt.datetime]
    status: Mapped[str] = mapped_column(String(20), default="open")
    """open, confirmed, dismissed, needs_more, merged."""
    priority: Mapped[float] = mapped_column(default=0.0)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    """[{"name", "text", "points"}]; the points sum to the priority."""
    prioritised_at: Mapped[dt.datetime | None]
    stale: Mapped[bool] = mapped_column(default=True, index=True)
    """Whether the priority must be computed again."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change, so that two people do not overwrite each other."""

    members: Mapped[list["CasePost"]] = relationship(back_populates="case")


class CasePost(Base):
    """In which case a post stands; `pinned` when a person put it there, and then no machine moves it."""

    __tablename__ = "case_post"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    pinned: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[dt.datetime]

    case: Mapped[Case] = relationship(back_populates="members")
    post: Mapped[Post] = relationship()


class CaseEvent(Base):
    """One entry of a case's history; `user_id` is None where the machine acted."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[dt.datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(String(30))
    """opened, post_added, merged, merge_undone, decided, decision_undone, commented, reopened."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)

    user: Mapped[User | None] = relationship()


class Decision(Base):
    """What an analyst said about a case, with the time and the reason; can be undone."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    """confirm, dismiss, needs_more."""
    reason: Mapped[str] = mapped_column(String(40), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    status_before: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]

    user: Mapped[User] = relationship()
