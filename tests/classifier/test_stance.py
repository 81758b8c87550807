"""Refusals to sell, firm and taken back."""

import pytest

from classifier.reading import Post, read_post
from classifier.stance import stance


def of(text: str, language: str) -> frozenset[str]:
    return stance(read_post(Post(text, lang=language)).fields[0])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("not for sale but inbox me if serious", "en"),
        ("gak dijual gan, tapi kalo cocok japri aja", "id"),
        ("ไม่ได้ขายนะ แต่ถ้ารักจริงทักแชท", "th"),
        ("không bán đâu, trừ khi ai thương thật thì ib", "vi"),
        ("売り物じゃないんですけど、どうしてもという方はDMで相談", "ja"),
        ("不卖。真心喜欢的私信说条件", "zh"),
        ("hindi for sale pero pm kung serious", "tl"),
    ],
)
def test_a_refusal_taken_back(text: str, language: str) -> None:
    assert "takes back" in of(text, language)


def test_a_firm_refusal() -> None:
    assert of("NOT for sale, stop asking", "en") == {"refuses", "firm"}
    assert of("otter for sale", "en") == frozenset()
