"""Logs name hosts, never whole addresses."""

import logging

import pytest

from crawler.log import _AddressFilter, without_addresses


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("GET https://example.org/seller/name?phone=0812 failed", "GET https://example.org/... failed"),
        ("<GET http://127.0.0.1:8/p/1#x>", "<GET http://127.0.0.1:8/...>"),
        ("https://user:secret@example.org", "https://example.org/..."),
        ("no address", "no address"),
    ],
)
def test_addresses_are_cut(text: str, kept: str) -> None:
    assert without_addresses(None, "", {"event": text})["event"] == kept
    record = logging.LogRecord("scrapy", logging.WARNING, "", 0, "%s", (text,), None)
    assert _AddressFilter().filter(record)
    assert record.getMessage() == kept
