"""Captures: a WARC file in the content store, and its row and custody entry, for each post that is new or changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from crawler.visits import Visit
from crawler.warc import warc_of
from models.custody import record
from models.store import ContentStore
from models.tables import Capture


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a run collects, as its captures state it."""

    run_id: int
    software: str
    user_agent: str
    configuration_sha256: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A WARC file that is durably in the content store."""

    sha256: str
    size: int
    payload_sha256: str


def store_files(store: ContentStore, visits: Mapping[str, Visit], how: Circumstances) -> dict[str, StoredFile]:
    """Put the WARC file of each visit into the store with one flush; raises StoreError."""
    files = {u: warc_of(v.hops, software=how.software, user_agent=how.user_agent) for u, v in visits.items()}
    names = store.put_many(file.content for file in files.values())
    return {
        url: StoredFile(name, len(file.content), file.payload_sha256)
        for (url, file), name in zip(files.items(), names, strict=True)
    }


def add_captures(
    session: Session, visits: Mapping[str, Visit], files: Mapping[str, StoredFile], how: Circumstances
) -> dict[str, int]:
    """Write rows and custody entries for stored files; gives the capture's id by the post's address."""
    if not files:
        return {}
    rows = [_row(visits[url], file, how) for url, file in files.items()]
    ids = session.scalars(insert(Capture).returning(Capture.id, sort_by_parameter_order=True), rows).all()
    for file, capture_id in zip(files.values(), ids, strict=True):
        subject = f"capture:{capture_id}"
        record(session, actor=f"run:{how.run_id}", action="captured", subject=subject, warc_sha256=file.sha256)
    return dict(zip(files, ids, strict=True))


def _row(visit: Visit, file: StoredFile, how: Circumstances) -> dict[str, object]:
    first, last = visit.hops[0], visit.hops[-1]
    hops = [
        {
            "url": hop.url,
            "status": hop.status,
            "ip": hop.address,
            "protocol": hop.protocol,
            "started_at": hop.started_at.isoformat(),
            "ended_at": hop.ended_at.isoformat(),
            "flags": list(hop.flags),
        }
        for hop in visit.hops
    ]
    details = {"hops": hops, "tool": how.software, "robots": visit.robots}
    return {
        "run_id": how.run_id,
        "kind": "http",
        "requested_url": visit.requested_url,
        "final_url": last.url,
        "http_status": last.status,
        "started_at": first.started_at,
        "ended_at": last.ended_at,
        "warc_sha256": file.sha256,
        "warc_size": file.size,
        "payload_sha256": file.payload_sha256,
        "details": {**details, "configuration_sha256": how.configuration_sha256},
    }
