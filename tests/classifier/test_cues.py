"""Cues stand on the original code points; the longest wins; words inside other words are passed over."""

import pytest

from classifier.cues import find_cues


def kinds(text: str, language: str) -> list[tuple[str, str]]:
    return [(cue.kind, text[cue.start : cue.end]) for cue in find_cues(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("baby otter for sale", "en", ("offer", "for sale")),
        ("Jual b3rang2 jinak", "id", ("species", "b3rang2")),  # disguised
        ("bán rai ca con", "vi", ("species", "rai ca con")),  # without diacritics
        ("ขายลูกนาก", "th", ("species", "ลูกนาก")),  # inside a longer cue of offering
        ("លក់កូនភេ", "km", ("species", "កូនភេ")),
        ("出水獺一隻", "zh", ("species", "水獺")),
        ("コツメカワウソの赤ちゃん", "ja", ("species", "コツメカワウソの赤ちゃん")),
        ("🦦🦦 o t t e r", "en", ("species", "o t t e r")),
    ],
)
def test_cues_are_found_where_they_stand(text: str, language: str, expected: tuple[str, str]) -> None:
    assert expected in kinds(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the lottery and a potter", "en"),
        ("untuk memerangi rasuah", "ms"),
        ("baru berangkat ke seberang", "id"),
        ("ใช้จินตนาการพัฒนากลยุทธ์", "th"),
        ("ប្រភេទនៃភេសជ្ជៈ", "km"),
        ("獭兔皮手套", "zh"),
    ],
)
def test_otter_words_inside_other_words_are_no_cue(text: str, language: str) -> None:
    assert not [cue for cue in find_cues(text, language) if cue.kind == "species"]


def test_the_longest_match_wins() -> None:
    assert ("counter", "otterbox") in kinds("new otterbox case", "en")
    assert ("species", "otter") not in kinds("new otterbox case", "en")
    assert "offer" not in [kind for kind, _ in kinds("not for sale", "en")]


def test_offsets_count_code_points() -> None:
    text = "🦦🦦 anakan berang-berang"
    cue = next(cue for cue in find_cues(text, "id") if cue.kind == "species")
    assert text[cue.start : cue.end] == "anakan berang-berang"


def test_a_disguised_name_says_so() -> None:
    cue = next(cue for cue in find_cues("j b3rang2", "id") if cue.kind == "species")
    assert cue.disguised
    assert "(disguised)" in cue.gloss
