"""The crawl process: one run over one source, from the order to the verdict."""

import os
import sys
from collections.abc import Callable

import structlog

from crawler import child_line, log
from crawler.capturing import Circumstances
from crawler.ending import end_run
from crawler.identity import software, user_agent
from crawler.outcome import Outcome
from crawler.pipeline import Batches
from crawler.source_file import SourceFile
from crawler.storing import Work, Writer, live_posts
from crawler.writing import WriterProcess, serve
from models.database import Database
from models.errors import OtterwatchError
from models.keys import Keyring
from models.settings import Settings
from models.store import ContentStore

logger = structlog.get_logger(__name__)


def crawl(
    source: SourceFile, settings: Settings, *, prefilter: Callable[[str], bool], language: Callable[[str], str]
) -> None:
    """Be the process of one crawl run, started by `crawler.runs.collect`, which says on standard input which run it is.

    `prefilter` says whether title and text may concern us, `language` gives their ISO 639-1 code. Posts, captures,
    counts and the verdict go to the database; progress goes to standard output, one JSON object a line. Raises
    OtterwatchError where no run was assigned or the database cannot be reached.
    """
    log.configure()
    order = child_line.read_order()

    def make_writer() -> Writer:
        return _writer(source, settings, order, prefilter=prefilter, language=language)

    if order.role == "write":
        with os.fdopen(0, "rb", closefd=False) as batches:
            serve(make_writer(), batches, sys.stdout.buffer)
        return
    outcome = Outcome()
    database = Database(settings.database_address)
    try:
        try:
            _run(source, settings, database, order, outcome, make_writer)
        except OtterwatchError as error:
            outcome.failure = outcome.failure or str(error)
        end_run(database, order.run_id, order.source_id, outcome)
    finally:
        database.close()


def _writer(
    source: SourceFile,
    settings: Settings,
    order: child_line.Order,
    *,
    prefilter: Callable[[str], bool],
    language: Callable[[str], str],
) -> Writer:
    work = Work(
        source_id=order.source_id,
        source_key=source.key,
        keep_all=source.keep == "all",
        sample_days=settings.sample_days,
        how=Circumstances(
            run_id=order.run_id,
            software=software(),
            user_agent=user_agent(settings, source),
            configuration_sha256=source.sha256,
        ),
        prefilter=prefilter,
        language=language,
    )
    database = Database(settings.database_address)
    return Writer(database, ContentStore(settings.evidence_dir), Keyring(settings.keys_folder), work)


def _run(
    source: SourceFile,
    settings: Settings,
    database: Database,
    order: child_line.Order,
    outcome: Outcome,
    make_writer: Callable[[], Writer],
) -> None:
    """Crawl, and return when the last find is stored."""
    agent = user_agent(settings, source)
    Keyring(settings.keys_folder)  # a missing key is said before the first request, not after the last
    writer = WriterProcess(order, make_writer)
    try:
        from crawler.crawling import run_scrapy  # after the fork: the writer needs none of it

        batches = Batches(writer, outcome)
        known = live_posts(database, order.source_id, limit=source.limits.max_posts)
        run_scrapy(source, agent, order.run_id, outcome, known, batches)
        batches.close()
    finally:
        writer.close()
    logger.info("crawl ended", source=source.key, run=order.run_id, requests=outcome.requests)
