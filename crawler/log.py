"""The crawl process's log: warnings of the libraries and our own notes, with addresses cut to their host."""

import logging
import re
import sys
from typing import Any

import structlog

_ADDRESS = re.compile(r"(https?://)(?:[^\s/@<>'\"]*@)?([^\s/?#<>'\"]+)[^\s<>'\"]*")


def without_addresses(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Cut every address in a log event to scheme and host: a path may hold a name, a query anything."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _ADDRESS.sub(r"\1\2/...", value)
    return event


def configure() -> None:
    """Log JSON lines to standard error, unless the application has set up logging already."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_addresses,
    ]
    if not structlog.is_configured():
        structlog.configure(
            processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
        )
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setLevel(logging.WARNING)
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                foreign_pre_chain=shared,
            )
        )
        root.addHandler(handler)
        root.setLevel(logging.INFO)
    for existing in root.handlers:
        if not any(isinstance(filtering, _AddressFilter) for filtering in existing.filters):
            existing.addFilter(_AddressFilter())


def quieten() -> None:
    """Raise the level of the libraries after Scrapy has set its own, so that no record is made for every page."""
    for name in ("scrapy", "twisted", "asyncio", "protego", "extruct", "dateparser"):
        logging.getLogger(name).setLevel(logging.WARNING)


class _AddressFilter(logging.Filter):
    """The same cut for records of libraries, whichever handler writes them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not isinstance(record.msg, dict):
            record.msg = _ADDRESS.sub(r"\1\2/...", record.getMessage())
            record.args = None
        return True
