"""One crawl of a source at a time: a lease that names its process, so that a dead one blocks nobody for long."""

import os
import secrets
import socket

from sqlalchemy import select

from models.database import Database
from models.leases import Lease, claim, release, renew
from models.tables import Source

STAGE = "crawl"
SECONDS = 90.0
"""Life of a lease; it is renewed three times within."""


class CrawlLease:
    """The right to crawl one source, held by this process."""

    def __init__(self, database: Database, source_id: int) -> None:
        self._database = database
        self._source_id = source_id
        self._holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(6)}"

    def claim(self) -> bool:
        """Take the lease; False where another process crawls the source now.

        A lease whose process on this very machine is dead is taken over at once, others when they run out.
        """
        self._release_of_the_dead()
        waiting = select(Source.id).where(Source.id == self._source_id)
        return bool(claim(self._database, STAGE, waiting, holder=self._holder, limit=1, seconds=SECONDS))

    def renew(self) -> bool:
        """Hold it further; False where it was lost."""
        return renew(self._database, STAGE, [self._source_id], holder=self._holder, seconds=SECONDS)

    def release(self) -> None:
        """Give it back."""
        release(self._database, STAGE, [self._source_id], holder=self._holder)

    def _release_of_the_dead(self) -> None:
        with self._database.reading() as session:
            holder = session.scalar(
                select(Lease.holder).where(Lease.stage == STAGE, Lease.subject_id == self._source_id)
            )
        if holder and _is_dead(holder):
            release(self._database, STAGE, [self._source_id], holder=holder)


def _is_dead(holder: str) -> bool:
    """Whether the process of a lease is known to be no more; where it cannot be known, it lives."""
    host, _, rest = holder.partition(":")
    number = rest.partition(":")[0]
    if os.name == "nt" or host != socket.gethostname()[:60] or not number.isdecimal():
        return False  # on Windows os.kill(pid, 0) would end the process instead of asking
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
