"""The crawl process of the tests: keeps what holds the word otter, and calls every post English."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

if "TEST_WITHOUT_FORK" in os.environ:  # as on Windows
    del os.fork

from crawler.crawl import crawl
from crawler.source_file import load_source
from models.settings import load_settings

crawl(
    load_source(Path(sys.argv[1])),
    load_settings(),
    prefilter=lambda text: "otter" in text.lower(),
    language=lambda text: "en",
)
