"""Prices: exact where a machine wrote them, by regional custom where a page shows them."""

from decimal import Decimal
from typing import Any

import pytest

from crawler.extract.prices import displayed_price, machine_price

MACHINE = [
    # price, priceCurrency, amount, currency
    ("450.00", "USD", "450.00", "USD"),
    (450, "USD", "450", "USD"),
    (Decimal("0.10"), "USD", "0.10", "USD"),
    ("850000", "IDR", "850000", "IDR"),
    ("850.000", "IDR", "850.000", "IDR"),
    ("12345678901234.5678", "VND", "12345678901234.5678", "VND"),
    ("0.00", "USD", "0.00", "USD"),
    ("Rp 850.000", "", "850000", "IDR"),
    ("1,200.00", "USD", "1200.00", "USD"),
    ("๒,๕๐๐", "THB", "2500", "THB"),
    ("ask", "USD", None, "USD"),
    ("", "USD", None, "USD"),
    (None, "usd", None, "USD"),
    (True, "USD", None, "USD"),
    ({"a": 1}, "USD", None, "USD"),
    ("5", "dollars", "5", None),
    ("9" * 21, "USD", None, "USD"),
    ("1.23456789", "USD", "1.2346", "USD"),
]


@pytest.mark.parametrize(("price", "currency", "amount", "code"), MACHINE)
def test_machine_readable(price: Any, currency: str, amount: str | None, code: str | None) -> None:
    read = machine_price(price, currency)
    assert (read.amount, read.currency) == (None if amount is None else Decimal(amount), code)


SHOWN = [
    # text, the site's currency, amount, currency
    ("Rp850.000", "", 850_000, "IDR"),
    ("Rp 1.250.000,-", "", 1_250_000, "IDR"),
    ("Rp1,5jt", "", 1_500_000, "IDR"),
    ("850rb", "IDR", 850_000, "IDR"),
    ("Rp 2.5 juta", "", 2_500_000, "IDR"),
    ("$ 1,200.00", "", 1200, "USD"),
    ("US$30.00", "", 30, "USD"),
    ("$450.00", "USD", 450, "USD"),
    ("$6,533.00", "USD", 6533, "USD"),
    ("S$45", "", 45, "SGD"),
    ("$45", "SGD", 45, "SGD"),
    ("1.200,50 €", "", "1200.50", "EUR"),
    ("1 200,50 €", "", "1200.50", "EUR"),
    ("฿7,900", "", 7900, "THB"),
    ("25 พันบาท", "", 25_000, "THB"),
    ("๒,๕๐๐ บาท", "", 2500, "THB"),
    ("RM 1,200", "", 1200, "MYR"),
    ("4.500.000 ₫", "", 4_500_000, "VND"),
    ("4.500.000đ", "", 4_500_000, "VND"),
    ("4tr5", "VND", 4_500_000, "VND"),
    ("3 triệu", "VND", 3_000_000, "VND"),
    ("៛ 400,000", "", 400_000, "KHR"),
    ("៤០០ ដុល្លារ", "", 400, "USD"),
    ("¥120,000", "JPY", 120_000, "JPY"),
    ("¥120,000", "", 120_000, None),
    ("12万円", "", 120_000, "JPY"),
    ("1千8", "CNY", 1800, "CNY"),
    ("2800元", "", 2800, "CNY"),
    ("₱3,500.00", "", 3500, "PHP"),
    ("PHP 5.5k", "", 5500, "PHP"),
    ("Rp100.000 - Rp200.000", "", None, "IDR"),
    ("100 to 200", "USD", None, "USD"),
    ("Rp 850.xxx", "", None, "IDR"),
    ("Ask the seller", "", None, None),
    ("Free", "USD", None, "USD"),
    ("", "USD", None, "USD"),
    ("0.500", "USD", "0.500", "USD"),
    ("5.5", "USD", "5.5", "USD"),
    ("1'200.00 CHF", "", 1200, "CHF"),
    ("2 for $30", "", None, "USD"),
]


@pytest.mark.parametrize(("text", "site", "amount", "code"), SHOWN)
def test_as_a_page_shows_them(text: str, site: str, amount: Any, code: str | None) -> None:
    read = displayed_price(text, currency=site)
    assert (read.amount, read.currency) == (None if amount is None else Decimal(amount), code)
