"""The stages that run on what was collected, each a step that says how much it did."""

import os
import secrets
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from alerts.cases.linking import link
from alerts.cases.priority import Weights, load_weights, prioritise
from app.installation import Installation
from classifier.stage import Assessor, assess


@dataclass(frozen=True)
class Stage:
    """A named step; calling it does a batch and gives how many subjects it dealt with, 0 when nothing waits."""

    name: str
    step: Callable[[], int]


def own_name() -> str:
    """A name for this worker that no other has: machine, process and a random part."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


def weights_of(installation: Installation) -> Weights:
    """The installation's own priority.toml where there is one, otherwise the one shipped."""
    own = installation.settings.data_dir / "priority.toml"
    return load_weights(own if own.is_file() else None)


def stages(installation: Installation, classifier: Assessor, *, fresh: bool = False) -> list[Stage]:
    """Assess, link and prioritise, in the order of the flow; `fresh` takes the newest posts first."""
    database, holder, weights = installation.database, own_name(), weights_of(installation)
    return [
        Stage("assess", lambda: assess(database, installation.keyring, classifier, holder=holder, fresh=fresh)),
        Stage("link", lambda: link(database, holder=holder)),
        Stage("prioritise", lambda: prioritise(database, holder=holder, weights=weights)),
    ]


def drain(
    steps: Iterable[Stage],
    on_progress: Callable[[str, int], None] = lambda _name, _count: None,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Run the stages round by round until none has work left; gives how many subjects were dealt with."""
    steps, total = list(steps), 0
    while not stopping():
        done = 0
        for stage in steps:
            count = stage.step()
            if count:
                on_progress(stage.name, count)
            done += count
        total += done
        if done == 0:
            break
    return total
