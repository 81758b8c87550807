"""What the tests of this folder start in processes of their own; small, since each process imports it anew."""

import importlib
import threading
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any

from app.installation import Installation
from app.workers.stages import drain, stages
from models.settings import load_settings
from tests.fakes import FakeAssessor


def told() -> dict[str, dict[str, Any]]:
    """What the stand-in for a classifier says: one number for each of five sellers, in twenty texts."""
    return {f"text {n}": {"contacts": (f"+628120000000{n % 5}",)} for n in range(20)}


def drain_all(data_dir: Path, barrier: Barrier) -> None:
    """Run all stages until nothing waits, at the same moment as others."""
    installation = Installation.open(load_settings(data_dir=data_dir))
    barrier.wait(60)
    drain(stages(installation, FakeAssessor(told())))
    installation.close()


def drain_until(data_dir: Path, module: str, name: str, call: int, reached: Event) -> None:
    """Run all stages up to the given call of a function of theirs, say so, and wait there to be killed."""
    stage = importlib.import_module(module)
    real, calls = getattr(stage, name), []

    def stop_here(*given: Any, **named: Any) -> Any:
        calls.append(name)
        if len(calls) == call:
            reached.set()
            threading.Event().wait()
        return real(*given, **named)

    setattr(stage, name, stop_here)
    drain_all(data_dir, threading.Barrier(1))
