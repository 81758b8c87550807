"""What the tests of this folder start in processes of their own; small, since each process imports it anew."""

import time
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from sqlalchemy import Select, select

from models import migrations
from models.database import Database
from models.leases import claim
from models.tables import Source


def waiting() -> Select[int]:
    """Every source that is enabled, the oldest first."""
    return select(Source.id).where(Source.enabled).order_by(Source.id)


def claim_all(url: str, holder: str, barrier: Barrier, answers: Queue) -> None:
    """Claim what waits, three by three, until nothing does; answers with all of it."""
    database = Database(url)
    had: list[int] = []
    barrier.wait(60)
    while found := claim(database, "look", waiting(), holder=holder, limit=3):
        had += found
        time.sleep(0.01)  # as if it worked; else one may be done before the other's turn
    answers.put(had)
    database.close()


def upgrade(url: str, barrier: Barrier) -> None:
    """Migrate at the same moment as others."""
    database = Database(url)
    barrier.wait(60)
    migrations.upgrade(database)
    database.close()
