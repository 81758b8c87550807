"""Cutting a text at its cues loses no character, whatever the cues say."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.console.highlighting import Cue, read_cues, segments
from app.console.masking import MASK, excerpt, masked, masked_segments

KINDS = ["species", "offer", "contact", "eyes_closed", "counter", "unheard_of"]
TEXTS = st.text(alphabet=st.sampled_from("ab 1๙ยังไม่ลืมตាមិនទាន់បើកភ្នែក🦦🏽\u200d<&\n目"), max_size=40) | st.text(
    max_size=40
)
NUMBERS = st.integers(min_value=-5, max_value=50)


@st.composite
def texts_and_cues(draw: st.DrawFn) -> tuple[str, list[Cue]]:
    text = draw(TEXTS)
    cues = draw(st.lists(st.builds(Cue, NUMBERS, NUMBERS, st.sampled_from(KINDS), st.text(max_size=5)), max_size=8))
    return text, cues


@settings(deadline=None)
@given(texts_and_cues())
def test_segments_joined_are_the_text(given_: tuple[str, list[Cue]]) -> None:
    text, cues = given_
    assert "".join(piece.text for piece in segments(text, cues)) == text


@settings(deadline=None)
@given(texts_and_cues())
def test_each_cue_ends_at_most_once_and_pieces_are_not_empty(given_: tuple[str, list[Cue]]) -> None:
    text, cues = given_
    pieces = segments(text, cues)
    assert all(piece.text for piece in pieces)
    ended = [id(piece.cue) for piece in pieces if piece.ends]
    assert len(ended) == len(set(ended))


@settings(deadline=None)
@given(texts_and_cues())
def test_no_character_of_a_contact_is_left_when_masked(given_: tuple[str, list[Cue]]) -> None:
    text, cues = given_
    kept = [piece for piece in masked_segments(text, cues) if piece.text != MASK]
    assert all(piece.cue is None or piece.cue.kind != "contact" for piece in kept)
    hidden = {n for cue in cues if cue.kind == "contact" for n in range(max(cue.start, 0), min(cue.end, len(text)))}
    assert len("".join(piece.text for piece in kept)) <= len(text) - len(hidden)


@settings(deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["field", "kind", "start", "end", "gloss"]),
            st.none() | st.integers() | st.sampled_from(["text", "title", "offer"]),
        )
        | st.text()
        | st.none()
    ),
    st.integers(0, 60),
)
@example([{"field": "text", "start": 5, "end": 99}], 10)
def test_whatever_an_assessment_holds_gives_cues_within_the_text(found: list[object], length: int) -> None:
    for cue in read_cues(found, "text", length):
        assert 0 <= cue.start < cue.end <= length


def shown(text: str, *cues: Cue) -> list[tuple[str, str]]:
    return [(piece.text, piece.cue.kind if piece.cue else "") for piece in segments(text, cues)]


def test_overlaps() -> None:
    # A contact wins over what it overlaps, so that hiding it hides all of it.
    assert shown("call 0812 now", Cue(0, 9, "offer"), Cue(5, 13, "contact")) == [
        ("call ", "offer"),
        ("0812 now", "contact"),
    ]
    # Otherwise the longer says more: "3 months" rather than "months".
    assert shown("abcdef", Cue(0, 6, "offer"), Cue(2, 4, "age")) == [("abcdef", "offer")]
    assert shown("abcdef", Cue(0, 4, "age"), Cue(3, 6, "offer")) == [("abcd", "age"), ("ef", "offer")]


def test_a_cue_in_two_pieces_ends_with_the_last() -> None:
    pieces = segments("abcdef", [Cue(0, 6, "offer"), Cue(2, 4, "eyes_closed")])
    assert [piece.ends for piece in pieces] == [False, True, True]


def test_offsets_are_code_points() -> None:
    assert shown("🦦🦦x", Cue(1, 2, "species")) == [("🦦", ""), ("🦦", "species"), ("x", "")]


@pytest.mark.parametrize(
    ("text", "cue", "expected"),
    [
        ("ลืมตา", Cue(0, 1, "eyes_closed"), "ลื"),  # a Thai vowel above its consonant
        ("ភ្នែក", Cue(0, 1, "eyes_closed"), "ភ្នែ"),  # a Khmer subscript and its vowel
        ("👍🏽!", Cue(0, 1, "offer"), "👍🏽"),
        ("👩\u200d👧 x", Cue(0, 1, "offer"), "👩\u200d👧"),
    ],
)
def test_written_characters_are_not_torn(text: str, cue: Cue, expected: str) -> None:
    assert segments(text, [cue])[0].text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("โทร 080-000-0117 นะ", "โทร ••• นะ"),
        ("WA 0812 0000 0123.", "WA •••."),
        ("0812.0000.0123", "•••"),
        ("+62 812-0000-0123 only", "••• only"),
        ("០១២ ០០០ ១៣១", "•••"),
        ("mail glider@example.com", "mail •••"),
        ("tele @7kandangair", "tele •••"),
        ("wa.me/6281200000123 ok", "••• ok"),
        ("Rp12.500.000 nego", "Rp12.500.000 nego"),
        ("148万円, 3,500,000 VND", "148万円, 3,500,000 VND"),
        ("2 ekor umur 45 hari 850", "2 ekor umur 45 hari 850"),
    ],
)
def test_what_plainly_looks_like_a_contact_is_hidden(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_known_contacts_are_hidden_wherever_they_stand() -> None:
    assert masked("ask nn7 now", words=["nn7"]) == "ask ••• now"
    assert masked("by telephone", words=["tele"]) == "by telephone"


def test_contacts_side_by_side_become_one_mask() -> None:
    text = "tele @7kandangair / WA 0812 now"
    cues = [Cue(0, 4, "contact"), Cue(5, 17, "contact"), Cue(20, 22, "contact"), Cue(23, 27, "contact")]
    assert masked(text, cues) == "••• now"
    assert masked("WA\n0812", [Cue(0, 2, "contact"), Cue(3, 7, "contact")]) == "•••\n•••"
    assert masked("WA or 0812", [Cue(0, 2, "contact"), Cue(6, 10, "contact")]) == "••• or •••"


def test_excerpt_keeps_whole_characters_and_words() -> None:
    assert excerpt("short\n text", 20) == "short text"
    assert excerpt("one two three four", 12) == "one two …"
    assert excerpt("ភ្នែក" * 10, 6).endswith("ភ្នែ …")
