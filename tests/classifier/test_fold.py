"""The fold sees through disguises, leaves numbers alone, and always knows the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.fold import Folded, fold, fold_characters

ANYTHING = st.text(st.characters() | st.sampled_from("oO0ο о\u200b\u0336🅾ᴏ.-_ 2นากា獭"), max_size=60)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("b3rang", "berang"),  # digits for letters
        ("0tter", "otter"),  # a leading nought
        ("o t t e r", "otter"),  # spaced
        ("o.t.t.e.r", "otter"),  # dotted
        ("n-a-k", "nak"),  # hyphenated
        ("berang2", "berang-berang"),  # Indonesian reduplication
        ("b3rang2", "berang-berang"),  # both at once
        ("оtter", "otter"),  # Cyrillic о
        ("οttεr", "otter"),  # Greek
        ("o\u200btt\u200ber", "otter"),  # zero width
        ("o\u0336t\u0336t\u0336e\u0336r\u0336", "otter"),  # struck through
        ("🅾🆃🆃🅴🆁", "otter"),  # squared
        ("Ⓞⓣⓣⓔⓡ", "otter"),  # circled
        ("ᴏᴛᴛᴇʀ", "otter"),  # small capitals
        ("ｏｔｔｅｒ", "otter"),  # full width
        ("🇴🇹🇹🇪🇷", "otter"),  # regional letters
        ("otterrrrr", "otter"),  # drawn out
        ("นาก", "นาก"),
        ("น า ก", "นาก"),  # spaced Thai
        ("น.า.ก", "นาก"),
        ("ភ េ", "ភេ"),  # a vowel sign split off
        ("水 獭", "水獭"),  # spaced Han
        ("ｶﾜｳｿ", "カワウソ"),  # half-width kana
        ("RA\u0301I CA\u0301", "rái cá"),  # decomposed
        ("๒๕๐๐ ២៥ ٣", "2500 25 3"),  # digits of other scripts
        ("r.á.i c.á", "rái cá"),
    ],
)
def test_disguises_fold_to_the_plain_word(written: str, read: str) -> None:
    assert fold(written).text == read


@pytest.mark.parametrize(
    "price",
    [
        "1,2jt",
        "rp1.5jt",
        "850rb",
        "4tr5",
        "2jt500rb",
        "rm650",
        "3củ",
        "12万円",
        "1千8",
        "2.5k",
        "35xx",
        "120.000",
        "0812-0000-0123",
    ],
)
def test_prices_and_numbers_keep_their_shape(price: str) -> None:
    assert fold(price).text == price
    assert fold(f"harga {price} nego").text == f"harga {price} nego"


def test_flags_of_countries_are_no_letters() -> None:
    assert "id" not in fold("ready 🇮🇩 stock").text


def test_the_plain_layer_has_the_same_length() -> None:
    folded = fold("Rái cá vuốt bé đã mở mắt")
    assert folded.plain == "rai ca vuot be da mo mat"
    assert len(folded.plain) == len(folded.text)


def test_a_span_leads_back_to_the_original() -> None:
    text = "jual b3r\u200bang2 jinak"
    folded = fold(text)
    start = folded.text.index("berang")
    begin, end = folded.span(start, start + len("berang-berang"))
    assert text[begin:end] == "b3r\u200bang2"


def check_offsets(text: str, folded: Folded) -> None:
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)


@given(ANYTHING)
def test_folding_never_fails_and_its_offsets_are_valid(text: str) -> None:
    check_offsets(text, fold_characters(text))
    check_offsets(text, fold(text))


@given(ANYTHING)
def test_folding_again_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


def test_lone_surrogates_are_held() -> None:
    assert fold("otter \ud83e here").text == "otter \ufffd here"
