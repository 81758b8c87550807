"""Tells whether the eyes of the animals offered or shown are closed, partly open or open now, or unknown."""

import re
from collections.abc import Sequence

from classifier.cues import Match

_PAST = re.compile(
    r"(?:\bwas|\bwere|\bwhen (?:she|he|it|they|we|i)\b|\bcame (?:to us|in|home)|\barrived|"
    r"\bback (?:then|when)|\bremember|\bused to|\bfirst (?:got|met|came)|\bthen\b|\bonce\b|"
    r"\bthat time|\bgot (?:him|her|them)|"
    r"\bdulu|\bdlu\b|\bwaktu|\bwkt|\bpas (?:datang|awal|pertama|beli|dibeli|kecil|masih|itu|dia|nemu|"
    r"baru)|\bsaat|\bketika|\bmasa (?:mula|kecil|dapat|sampai|beli|itu|ambil)|\bsejak|\bdari (?:masih|"
    r"kecil|belum|merem)|\bawalnya|\btahun lalu|"
    r"\bsemasa|\bmula[ -]?mula|\bdulunya|"
    r"ตอน(?:มา|แรก|นั้น|รับ|เด็ก|ได้|ที่|เจอ|เอา|ซื้อ|ยัง)|เมื่อก่อน|ตั้งแต่|สมัย|วันแรก|ครั้งแรก|ปีก่อน|ปีที่แล้ว|"
    r"\bhồi|\blúc (?:về|mới|đó|đầu|nhỏ|đón|ấy|còn|nhặt|mua|bắt)|\bngày (?:đầu|mới|ấy|đón|về|xưa)|"
    r"\btừ (?:lúc|hồi|khi|thuở)|\bkhi (?:về|đón|mới|mua|còn|nhặt)|\btrước đây|\bhoi |\bluc (?:ve|moi|"
    r"dau|nho|con)|\bdạo|\bnăm ngoái|"
    r"កាល(?:ពី|មក|នោះ|តូច|ដំបូង)|ពេល(?:មក|ដំបូង|នោះ|យក|រើស|ទិញ|តូច)|ពីមុន|តាំងពី|ឆ្នាំមុន|"
    r"来た(?:時|とき|頃|ころ|当初|ばかり)|当時|お迎え(?:した)?(?:時|とき|当初|した日|した頃)|頃は|ころは|時は|だった(?:のに|頃|子)|昔|の頃|から育て|うちに来た|去年|"
    r"刚来|剛來|来的时候|來的時候|刚到|刚接|剛接|当时|當時|那时候|那時|那會|那会|以前|接回来|接回來|接它|小时候|小時候|去年|从没|從沒|捡到|撿到|刚抱|抱回|买回|"
    r"\bnoong|\bnung|\bnoon\b|\bdati|\bpagdating|\bdumating|\bnuong|\bnakuha|\bmula nang|\bgaling sa)"
)
_NOW = re.compile(
    r"(?:\bnow\b|\bstill\b|\byet\b|\bmasih|\bmsh\b|\bsekarang|\bskrg|\bsekrang|\bbelum|\bblm|\bkini|"
    r"\bkarang|ตอนนี้|ยัง|bây giờ|\bgiờ\b|\bhiện|\bvẫn|\bcòn\b|ឥឡូវ|នៅ|今は|今も|まだ|现在|現在|还|還|依然|\bngayon|"
    r"\bpa\b)"
)
_GROWN = re.compile(
    r"(?:\bnow (?:a|an|she|he|they|it|is|\d)|\btoday\b|\byear old|\byears? (?:old|later)|"
    r"\bsekarang (?:udah|sudah|dah|umur|usia|malah|gendut|besar)|\bskrg (?:udah|dah|sudah|umur)|"
    r"\bsudah (?:besar|gede|dewasa|setahun)|\bkini\b|"
    r"ตอนนี้(?:โต|อายุ|ลืม|เป็น|ตัว|แสบ|ซน|ดื้อ)|ตอนนี้|(?:bây )?giờ (?:đã|nó|thì|lớn|to|được|\d)|"
    r"\bgiờ\b|\bnay\b|ឥឡូវ|今は|今では|今や|现在|現在|如今|ngayon)"
)
_STOP = re.compile(r"[.!?\n;。！？…]")


def eyes_state(text: str, cues: Sequence[Match], folded_text: str | None = None) -> str:
    """Give `closed`, `partly`, `open` or `unknown` from the eye cues of one field, leaving out what is told of the
    past.

    `text` is the original text that the cues' offsets point into. Closed wins over open when both are said of now.
    """
    states = []
    for cue in cues:
        state = cue.entry.eyes
        if (
            cue.kind != "counter"
            and state
            and not _is_past(text.casefold() if len(text.casefold()) == len(text) else text, cue)
        ):
            states.append(state)
    for state in ("closed", "partly", "open"):
        if state in states:
            return state
    return "unknown"


def _is_past(text: str, cue: Match) -> bool:
    """Tell whether a cue stands in a clause that tells of an earlier time."""
    before = text[max(0, cue.start - 60) : cue.start]
    sentence = _STOP.split(before)[-1]
    after = _STOP.split(text[cue.end : cue.end + 60])[0]
    inside = text[cue.start : cue.end]
    if _PAST.search(sentence) or _PAST.match(after.lstrip()) or _PAST.search(inside):
        return True
    if re.match(r"(?:時|とき|頃|ころ|うち|状態|まま)(?:に|で|から)?(?:買|来|お迎え|引き取|うち|拾|保護し)", after):
        return True
    return bool(
        re.match(
            r"[\s,，、)]*(?:when|pas |waktu|saat|ketika|lúc|luc|hồi|hoi |ตอน|កាល|ពេល|noong |nung |nang |"
            r"that time|masa )",
            after,
        )
        or (cue.entry.eyes == "closed" and _GROWN.search(after))
    )
