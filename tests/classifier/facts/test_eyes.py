"""Whether eyes are shut now: closed, just opening, open, told of the past, or not told."""

import pytest

from classifier.reading import Post, read_post


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("otter pups, eyes not open yet", "en", "closed"),
        ("two otters, eyes still shut", "en", "closed"),
        ("otter, eyes just opened", "en", "partly"),
        ("otters came to us with eyes closed, now a year old", "en", "unknown"),
        ("otter masih merem", "id", "closed"),
        ("berang2 matanya belum kebuka", "id", "closed"),
        ("otter udah melek", "id", "open"),
        ("otter dulu waktu dateng masih merem, sekarang udah gede", "id", "unknown"),
        ("memerang belum celik mata", "ms", "closed"),
        ("memerang dah celik", "ms", "open"),
        ("ลูกนากยังไม่ลืมตา", "th", "closed"),
        ("ลูกนากลืมตาแล้ว", "th", "open"),
        ("นาก ตอนมายังไม่ลืมตา ตอนนี้โตแล้ว", "th", "unknown"),
        ("rái cá chưa mở mắt", "vi", "closed"),
        ("rái cá mới mở mắt", "vi", "partly"),
        ("rái cá hồi về chưa mở mắt, giờ to rồi", "vi", "unknown"),
        ("កូនភេមិនទាន់បើកភ្នែក", "km", "closed"),
        ("កូនភេបើកភ្នែកហើយ", "km", "open"),
        ("カワウソ まだ目が開いていません", "ja", "closed"),
        ("カワウソ 目も開いていない時に買った", "ja", "unknown"),
        ("水獭还没睁眼", "zh", "closed"),
        ("水獺剛睜眼", "zh", "partly"),
        ("水獭刚来的时候还没睁眼，现在会开冰箱", "zh", "unknown"),
        ("otter, di pa dumidilat", "tl", "closed"),
        ("otter, nakapikit pa", "tl", "closed"),
        ("a nice otter", "en", "unknown"),
    ],
)
def test_eyes(text: str, language: str, expected: str) -> None:
    assert read_post(Post(text, lang=language)).eyes == expected


def test_a_phrase_is_a_cue_on_the_original_text() -> None:
    text = "🦦 mata  BELUM kebuka"
    field = read_post(Post(text, lang="id")).fields[0]
    cue = next(cue for cue in field.cues if cue.entry.eyes == "closed")
    assert text[cue.start : cue.end].startswith(("mata", "BELUM"))
