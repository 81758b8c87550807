"""The `otterwatch` command: one entry for people, with errors in plain words."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli import (
    classifying,
    collecting,
    database,
    demonstration,
    diagnosing,
    exporting,
    learning,
    running,
    sources,
    starting,
    users,
)
from app.cli.context import State, say_error
from models.errors import OtterwatchError

HELP = """Find otters offered for sale in public, prove it, and bring it to those who can act.

Start here: [bold]otterwatch start[/bold]. It makes what is missing, collects, and opens the console.

The steps that it takes can also be run one by one, in this order:

collect   fetch the sources and store their posts with a capture of each
assess    find the probable offers and read their facts
link      join the posts of one seller or contact into cases
prioritise   weigh the cases, so that the urgent stand on top
serve     show the queue to an analyst in the browser

[bold]run[/bold] takes all but the last once, [bold]watch[/bold] for ever. If anything fails:
[bold]otterwatch doctor[/bold].
"""

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def common(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Folder of the installation: database, keys, evidence. Also OTTERWATCH_DATA_DIR."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the log on the terminal.")] = False,
) -> None:
    """Set what all commands share."""
    context.obj = State(data_dir, verbose)


for module in (
    starting,
    running,
    collecting,
    classifying,
    learning,
    exporting,
    diagnosing,
    demonstration,
    sources,
    database,
    users,
):
    module.add_to(app)


def main() -> None:
    """Run the command; a known trouble ends with one sentence and exit code 1, Ctrl-C with 130."""
    try:
        app(standalone_mode=True)
    except OtterwatchError as error:
        say_error(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        say_error("stopped; nothing is lost, the same command goes on from here")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
