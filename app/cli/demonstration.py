"""`otterwatch demo-site`: the demonstration marketplace, on this machine only."""

from typing import Annotated

import typer

from app.cli.context import say
from app.demo.site import DEFAULT_PORT, serve


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo-site")(demo_site)


def demo_site(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = DEFAULT_PORT,
    visit: Annotated[int, typer.Option(help="1: as first seen; 2: prices changed, posts gone.", min=1, max=2)] = 1,
) -> None:
    """Serve the demonstration marketplace until Ctrl-C, with invented adverts in nine languages."""
    say(f"Demonstration marketplace: http://127.0.0.1:{port}/ (Ctrl-C ends it)")
    serve(port=port, visit=visit)
