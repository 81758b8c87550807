"""Species only as the words name them."""

import pytest

from classifier.reading import Post, read_post


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("asian small clawed otter for sale", "en", "Aonyx cinereus"),
        ("smooth-coated otter", "en", "Lutrogale perspicillata"),
        ("jual sero jinak", "id", "unspecified"),
        ("berang-berang cakar kecil", "id", "Aonyx cinereus"),
        ("anak memerang", "ms", "unspecified"),
        ("นากเล็กเล็บสั้น", "th", "Aonyx cinereus"),
        ("นากใหญ่ขนเรียบ", "th", "Lutrogale perspicillata"),
        ("rái cá vuốt bé", "vi", "Aonyx cinereus"),
        ("rái cá lông mượt", "vi", "Lutrogale perspicillata"),
        ("ភេខ្លួនរលោង", "km", "Lutrogale perspicillata"),
        ("コツメカワウソ", "ja", "Aonyx cinereus"),
        ("ユーラシアカワウソ", "ja", "Lutra lutra"),
        ("小爪水獭", "zh", "Aonyx cinereus"),
        ("江獭", "zh", "Lutrogale perspicillata"),
        ("欧亚水獭", "zh", "Lutra lutra"),
        ("dungon", "tl", "unspecified"),
        ("golden retriever puppies", "en", None),
    ],
)
def test_species(text: str, language: str, expected: str | None) -> None:
    assert read_post(Post(text, lang=language)).species == expected
