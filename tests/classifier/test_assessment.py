"""Assessments have exactly the measured keys, stand on the original text, and hold in odd weather."""

import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.assessment import Classifier, Post, field_probability
from classifier.labels import AGE_CLASSES, INTENTS, KINDS, SPECIES

KEYS = [
    "id",
    "intent",
    "flagged",
    "probability",
    "language",
    "species",
    "age_classes",
    "eyes_closed",
    "quantity",
    "price",
    "contacts",
    "cues",
    "model",
]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Baby otter for sale, 8 weeks, bottle fed, $1500, pm me", "en"),
        ("Jual anakan b3rang2 masih merem 2 ekor, 850 nego. WA 0812-0000-0123", "id"),
        ("Anak memerang untuk dijual, jinak, RM650, wasap 012-000 0147", "ms"),
        ("ขายลูกนากเล็กเล็บสั้น ยังไม่ลืมตา ตัวละ 4,500 ทักแชท", "th"),
        ("Bán rái cá con 2 tháng, bú bình, 4tr5, ib", "vi"),
        ("លក់កូនភេ អាយុ 2 ខែ តម្លៃ 150$", "km"),
        ("コツメカワウソの赤ちゃん販売中、85万円、DMで", "ja"),
        ("出水獭宝宝，两个月，8000，私聊", "zh"),
        ("Binebenta ko otter baby, 15k, pm sa gusto", "tl"),
    ],
)
def test_plain_offers_are_flagged_in_every_language(classifier: Classifier, text: str, language: str) -> None:
    found = classifier.assess(Post(text))
    assert found.flagged
    assert found.intent == "sale"
    assert found.language == language
    assert found.price is not None
    assert found.reasons


@pytest.mark.parametrize(
    "text",
    [
        "Otter plush toy, super soft, $20",
        "Police arrested a man and seized three otters at the airport",
        "iPhone 12 for sale, 300 dollars",
        "พบนากในบ่อปลา นักวิจัยติดกล้อง",
        "Cảnh sát bắt giữ đối tượng buôn rái cá",
        "動物園でカワウソの赤ちゃんが公開されました",
    ],
)
def test_ordinary_posts_are_not(classifier: Classifier, text: str) -> None:
    assert not classifier.assess(Post(text)).flagged


def test_the_measured_output_has_exactly_its_keys(classifier: Classifier) -> None:
    found = classifier.assess(Post("Jual berang2 850rb 🦦", title="otter", id="7"))
    assert list(found.as_dict()) == KEYS
    assert found.as_dict()["id"] == "7"
    json.dumps([found.as_dict(), found.details()])


def test_facts_are_read(classifier: Classifier) -> None:
    found = classifier.assess(Post("Jual anakan b3rang2 masih merem 2 ekor, 850 nego. WA 0812-0000-0123"))
    assert found.eyes_closed
    assert found.age_classes == ("neonate",)
    assert found.quantity == 2
    assert found.price == (850_000, "IDR")
    assert found.contacts == ("whatsapp:+6281200000123",)
    assert found.unweaned
    assert found.details()["eyes"] == "closed"


def test_the_price_field_fills_in(classifier: Classifier) -> None:
    found = classifier.assess(Post("jual otter jinak", price="Rp 1.500.000", country="ID"))
    assert found.price == (1_500_000, "IDR")


def test_cues_are_slices_of_their_field(classifier: Classifier) -> None:
    post = Post("🦦 o t t e r 2 ekor masih merem, ２，５jt", title="B3RANG2 🦦")
    cues = classifier.assess(post).cues
    assert {"title", "text"} == {cue.field for cue in cues}
    for cue in cues:
        assert getattr(post, cue.field)[cue.start : cue.end] == cue.text
        assert cue.kind in KINDS
        assert cue.gloss


def test_many_are_answered_in_order_and_like_one(classifier: Classifier) -> None:
    posts = [Post("jual otter 1jt", id="a"), Post("hello", id="b"), Post("ขายนาก", id="c"), Post("", id="d")]
    many = classifier.assess_many(posts)
    assert [one.id for one in many] == ["a", "b", "c", "d"]
    assert [one.as_dict() for one in many] == [classifier.assess(post).as_dict() for post in posts]


def test_the_field_is_rarer_than_the_evaluation_set() -> None:
    assert field_probability(0.9, 0.4, 0.05) < 0.9
    assert field_probability(0.9, 0.4, 0.4) == pytest.approx(0.9)
    assert field_probability(0.2, 0.4) < field_probability(0.8, 0.4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(
        st.characters() | st.sampled_from("🦦 นากรái ca 0123456789jtkกភេ獭\ud800\u200b" + string.ascii_lowercase),
        max_size=80,
    ),
    st.sampled_from(["", "🦦 otter ", "jual berang2 "]),
)
def test_any_text_gets_a_valid_answer(classifier: Classifier, text: str, start: str) -> None:
    found = classifier.assess(Post(start + text))
    assert found.intent in INTENTS
    assert found.flagged == (found.intent in ("sale", "parts"))
    assert 0 <= found.probability <= 1
    assert found.species is None or found.species in SPECIES
    assert set(found.age_classes) <= set(AGE_CLASSES)
    for cue in found.cues:
        assert (start + text)[cue.start : cue.end] == cue.text
