"""How many animals are offered."""

import pytest

from classifier.facts.quantity import find_quantities, offered


def count(text: str) -> tuple[int, int] | None:
    found = offered(find_quantities(text))
    return (found.low, found.high) if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 otter pups", (3, 3)),
        ("pair of otters", (2, 2)),
        ("2-3 pups", (2, 3)),
        ("ready 2 ekor", (2, 2)),
        ("sepasang", (2, 2)),
        ("sisa 3", (3, 3)),
        ("ada dua ekor", (2, 2)),
        ("tinggal 4 ekor", (4, 4)),
        ("นาก 3 ตัว", (3, 3)),
        ("เหลือ 2", (2, 2)),
        ("1 คู่", (2, 2)),
        ("3 bé rái", (3, 3)),
        ("một cặp", (2, 2)),
        ("còn 2", (2, 2)),
        ("កូនភេ ៣ក្បាល", (3, 3)),
        ("កូនភេពីរក្បាល", (2, 2)),
        ("2匹", (2, 2)),
        ("ペアで", (2, 2)),
        ("两只", (2, 2)),
        ("一对", (2, 2)),
        ("tatlong otter", (3, 3)),
        ("dalawa na lang", (2, 2)),
        ("12 pelts", (12, 12)),
    ],
)
def test_counts(text: str, expected: tuple[int, int]) -> None:
    assert count(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "umur 2 bulan",
        "harga 850 nego",
        "2 tháng tuổi",
        "อายุ 3 เดือน",
        "生後2ヶ月",
        "3个月大",
        "0812-0000-0123",
        "15 weeks old",
        "sisa 3 hari",
        "RM650 seekor",
    ],
)
def test_ages_prices_and_numbers_are_no_counts(text: str) -> None:
    assert count(text) is None
