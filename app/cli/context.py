"""What every command needs: the settings in force, the installation, and a way to speak to the person."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.text import Text

from app import logs
from app.installation import Installation
from app.terminal import printable
from models.settings import Settings, load_settings

if TYPE_CHECKING:
    from classifier.assessment import Classifier

console = Console(stderr=True, highlight=False, soft_wrap=True)
"""Everything said to the person goes to standard error; standard output belongs to data."""


@dataclass(frozen=True)
class State:
    """The options that all commands share."""

    data_dir: Path | None
    verbose: bool

    def settings(self) -> Settings:
        """The settings in force; raises SettingsError."""
        settings = load_settings(data_dir=self.data_dir)
        logs.configure(settings.data_dir if settings.data_dir.is_dir() else None, verbose=self.verbose)
        return settings

    def installation(self) -> Installation:
        """The existing installation; raises OtterwatchError where there is none."""
        return Installation.open(self.settings())


def state(context: typer.Context) -> State:
    """The shared options of this call."""
    found = context.find_object(State)
    return found if found is not None else State(None, False)


def load_classifier() -> "Classifier":
    """The shipped classifier; imported late, since it takes seconds."""
    from classifier.assessment import Classifier

    return Classifier.load()


def say(words: str, *, style: str = "") -> None:
    """Tell the person something."""
    console.print(Text(printable(words), style))


def say_error(words: str) -> None:
    """Tell the person what went wrong."""
    console.print(Text.assemble(("error: ", "bold red"), printable(words)))
