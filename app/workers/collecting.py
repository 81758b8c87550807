"""The collect stage: one operating-system process for each crawl run, started from here."""

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from app.installation import Installation
from crawler.runs import RunProgress, RunResult, collect
from crawler.source_file import SourceFile


def crawl_command(data_dir: Path) -> Callable[[Path], Sequence[str]]:
    """Gives, for a source file, the command line of its crawl process."""
    # -P: without it Python would import what lies in the folder that the person happens to stand in.
    return lambda file: [
        sys.executable,
        "-P",
        "-m",
        "app.cli.main",
        "--data-dir",
        str(data_dir),
        "crawl-source",
        str(file),
    ]


def collect_source(
    installation: Installation,
    source: SourceFile,
    *,
    on_progress: Callable[[RunProgress], None] = lambda _progress: None,
    stop: threading.Event | None = None,
) -> RunResult:
    """Crawl one source now and wait for its end; `stop`, when set, ends it politely."""
    return collect(
        installation.database,
        installation.settings,
        source,
        command=crawl_command(installation.settings.data_dir),
        on_progress=on_progress,
        stop=stop,
    )
