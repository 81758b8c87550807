"""Languages are told by script first, then by words."""

import pytest

from classifier.language import detect, script_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jual anakan berang-berang umur 2 bulan, udah jinak", "id"),
        ("Anak memerang comel, RM650, berminat wasap saya, tak boleh pos", "ms"),
        ("Benta ko po yung otter namin, kumakain na ng isda", "tl"),
        ("Bán rái cá con đã mở mắt", "vi"),
        ("ขายลูกนาก otter baby", "th"),
        ("លក់កូនភេ 2 ក្បាល", "km"),
        ("カワウソの赤ちゃん", "ja"),
        ("水獺寶寶出售", "zh"),
        ("Two otter pups looking for a new home, please message me", "en"),
        ("🦦🦦 123", "und"),
    ],
)
def test_language_of_a_post(text: str, expected: str) -> None:
    assert detect(text) == expected


def test_a_hint_decides_only_what_the_text_does_not() -> None:
    assert detect("🦦 2.5k", "id") == "id"
    assert detect("ขายนาก", "en") == "th"


def test_latin_text_has_no_language_by_script() -> None:
    assert script_language("otter for sale") is None
