"""Structured logs: one JSON object a line in a rotating file, warnings also on the terminal; never personal data."""

import logging
import logging.handlers
import os
import sys
from pathlib import Path

import structlog

from app.terminal import printable

KEEP_FILES = 5
FILE_BYTES = 5 * 2**20


class _ForTerminal(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def configure(folder: Path | None, *, verbose: bool = False) -> None:
    """Log to `folder`/otterwatch.log, and errors (everything if `verbose`) to the terminal as well."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handlers: list[logging.Handler] = []
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.INFO if verbose else logging.ERROR)
    terminal.setFormatter(
        _ForTerminal(
            processor=structlog.dev.ConsoleRenderer(
                # The usual form shows the variables at each step too, such as the text of a post.
                colors=False,
                exception_formatter=structlog.dev.plain_traceback,
            ),
            foreign_pre_chain=shared,
        )
    )
    handlers.append(terminal)
    if folder is not None and os.access(folder, os.W_OK):
        file = logging.handlers.RotatingFileHandler(
            folder / "otterwatch.log", maxBytes=FILE_BYTES, backupCount=KEEP_FILES, encoding="utf-8", delay=True
        )
        file.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                foreign_pre_chain=shared,
            )
        )
        handlers.append(file)
    logging.raiseExceptions = False  # a full disk is reported by what must be stored, not by the log
    root = logging.getLogger()
    root.handlers = handlers
    root.setLevel(logging.INFO)
    for noisy in ("alembic", "scrapy", "twisted", "httpx", "asyncio", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
