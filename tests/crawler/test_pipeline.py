"""Effort is counted to the last second, also of a run that finds nothing."""

import time
from collections.abc import Sequence

from crawler.outcome import Outcome
from crawler.pipeline import Batches
from crawler.storing import Effort


class Recorder:
    """Stands for the writer and keeps the efforts that it was handed."""

    def __init__(self) -> None:
        self.efforts: list[Effort] = []

    def write(self, found: Sequence[object], effort: Effort) -> None:
        """Keep it."""
        self.efforts.append(effort)


def test_effort_of_a_run_that_finds_nothing_is_not_lost() -> None:
    writer, outcome = Recorder(), Outcome()
    batches = Batches(writer, outcome)
    began = time.monotonic()
    time.sleep(0.05)
    batches.flush()  # nothing yet: nothing is handed over, and nothing is forgotten
    outcome.listing_troubles["timeout"] += 1
    batches.flush()
    batches.close()
    lasted = time.monotonic() - began
    assert sum(e.pages_failed for e in writer.efforts) == outcome.pages_failed == 1
    assert 0.05 <= sum(e.seconds for e in writer.efforts) <= lasted
