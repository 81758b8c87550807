"""Posts and their versions, the captures that prove them, and who posted them."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.sources import Source


class Account(Base):
    """Who posts on one source; the name is encrypted and found through its pseudonym."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("source_id", "pseudonym"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    pseudonym: Mapped[str] = mapped_column(String(64))
    name_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    first_seen: Mapped[dt.datetime]


class Contact(Base):
    """A way to reach a seller, such as a phone number; encrypted and found through its pseudonym."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """phone, whatsapp, zalo, viber, line, telegram, wechat, instagram, email."""
    pseudonym: Mapped[str] = mapped_column(String(64), unique=True)
    reach: Mapped[str] = mapped_column(String(64), index=True)
    """Pseudonym of what stands behind it: the same for a number by telephone, WhatsApp, Zalo and Viber."""
    value_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    first_seen: Mapped[dt.datetime]


class Post(Base):
    """One public listing or message, identified by its source and its address there."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("source_id", "url"),
        Index("ix_post_account_id", "account_id"),
        Index("ix_post_posted_at", "posted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    url: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    posted_at: Mapped[dt.datetime | None]
    """As the site states it; None where it states none."""
    first_seen: Mapped[dt.datetime]
    last_seen: Mapped[dt.datetime]
    gone_at: Mapped[dt.datetime | None]
    """When a complete crawl first no longer found it."""
    current_number: Mapped[int] = mapped_column(default=1)
    """Number of the newest version."""

    source: Mapped[Source] = relationship()
    account: Mapped[Account | None] = relationship()
    versions: Mapped[list["PostVersion"]] = relationship(back_populates="post", order_by="PostVersion.number")


class PostVersion(Base):
    """What a post said from `seen_at` on; a changed title, text or price makes the next one."""

    __tablename__ = "post_version"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    number: Mapped[int]
    seen_at: Mapped[dt.datetime]
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    price_text: Mapped[str] = mapped_column(Text, default="")
    """As the page shows it."""
    price_amount: Mapped[Decimal | None]
    """In full units, exact."""
    price_currency: Mapped[str | None] = mapped_column(String(3))
    """ISO 4217."""
    place: Mapped[str] = mapped_column(Text, default="")
    content_sha256: Mapped[str] = mapped_column(String(64))
    """Of title, text and price; decides whether a visit makes a new version."""
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("capture.id"))

    post: Mapped[Post] = relationship(back_populates="versions")
    capture: Mapped["Capture | None"] = relationship()


class Capture(Base):
    """The bytes seen at one moment: a WARC file in the content store, named by its SHA-256."""

    __tablename__ = "capture"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("crawl_run.id"))
    kind: Mapped[str] = mapped_column(String(20), default="http")
    requested_url: Mapped[str] = mapped_column(Text)
    final_url: Mapped[str] = mapped_column(Text)
    http_status: Mapped[int | None]
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime]
    warc_sha256: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of the WARC file and its name in the content store."""
    warc_size: Mapped[int]
    """Bytes."""
    payload_sha256: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the body as it was received on the last hop."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """hops (address, status, connected IP), tool version, robots decision, configuration hash."""


class PostContact(Base):
    """That a post gives a contact."""

    __tablename__ = "post_contact"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True, index=True)
