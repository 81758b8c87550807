"""Stated ages in nine languages, and spans of time that are no age."""

import pytest

from classifier.facts.age import age_classes, find_ages


def classes(text: str, *words: str, eyes: str = "unknown") -> list[str]:
    return age_classes(find_ages(text), words, eyes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 weeks old", ["neonate"]),
        ("10 weeks", ["cub"]),
        ("8 months old", ["juvenile"]),
        ("4 yrs old proven", ["adult"]),
        ("umur 3 minggu", ["neonate"]),
        ("usia 2 bln jinak", ["cub"]),
        ("umur setahun", ["juvenile"]),
        ("umur 2 bulan setengah", ["cub"]),
        ("umur 40 hari", ["neonate"]),
        ("usia 8 bulan", ["juvenile"]),
        ("อายุ 3 สัปดาห์", ["neonate"]),
        ("อายุ 2 เดือนครึ่ง", ["cub"]),
        ("อายุ ๑ ปี", ["juvenile"]),
        ("2 tháng tuổi", ["cub"]),
        ("được 20 ngày", ["neonate"]),
        ("hai tháng", ["cub"]),
        ("អាយុ 2 ខែ", ["cub"]),
        ("អាយុ១៥ថ្ងៃ", ["neonate"]),
        ("生後2ヶ月", ["cub"]),
        ("生後30日", ["neonate"]),
        ("3歳", ["adult"]),
        ("两个月大", ["cub"]),
        ("三岁", ["adult"]),
        ("20天", ["neonate"]),
        ("dalawang buwan", ["cub"]),
        ("3 linggo pa lang", ["neonate"]),
        ("5-8 weeks old", ["neonate", "cub"]),
    ],
)
def test_stated_ages(text: str, expected: list[str]) -> None:
    assert classes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "30 days health guarantee",
        "garansi 3 hari",
        "ready in 2 weeks",
        "2 minggu lagi",
        "อีก 2 อาทิตย์",
        "bảo hành 7 ngày",
        "១៥ថ្ងៃទៀត",
        "あと2週間",
        "包活7天",
        "sentenced to 5 years",
        "5月3日",
        "two years ago",
    ],
)
def test_spans_that_are_no_age(text: str) -> None:
    assert classes(text) == []


def test_a_stated_age_wins_over_a_word() -> None:
    assert classes("baby, 8 months old", "cub") == ["juvenile"]


def test_eyes_decide_where_no_age_is_stated() -> None:
    assert classes("", "cub", eyes="closed") == ["neonate"]
    assert classes("", eyes="partly") == ["cub"]
    assert classes("", "cub") == ["cub"]
    assert classes("") == []
