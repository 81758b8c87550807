"""Finds what is said of eyes by grammar rather than by list: a word for eyes, one for not or still, and one for
open or shut, in nine languages.
"""

import re
from collections.abc import Sequence
from typing import Final

from classifier.cues import Match
from classifier.fold import Folded
from classifier.lexicon import Entry

_W = r"(?:[^\W\d_]+\s){0,2}"
_CLOSED: Final = (
    # English
    r"eyes?\s(?:(?:are|r|is|all|both|still|have|has|r still|of them)\s){0,3}(?:not|n't|haven'?t|"
    r"havent|hasn'?t|aren'?t|arent|haven|yet to|ain'?t|unopen\w*|never)\s?(?:(?:been|even|yet|fully|"
    r"to|have)\s){0,2}(?:open\w*|unopened)",
    r"eyes?\s(?:(?:are|r|is|all|both|still|tightly|tight|firmly|kept)\s){0,3}(?:shut|closed|sealed|glued|not open)",
    r"(?:not|n't|havent|hasnt|before they|before she|before he|before it|yet to)\s(?:(?:even|yet|"
    r"fully|have)\s){0,2}open(?:ed|s)?\s(?:their|his|her|its|the|any|both)?\s?eyes",
    r"(?:closed|shut|unopened)[ -]eye[ds]?(?!\w)|eyes[ -](?:closed|shut)",
    # Indonesian and Malay
    rf"mata(?:nya)?\s{_W}(?:belum|blm|blom|lom|lum|belom|tak|tidak|ga|gak|ngga|nggak|tdk|x|dok|"
    rf"tok)\s?(?:[^\W\d_]+\s)?(?:buka|kebuka|terbuka|bukak|celik|melek|ngebuka|membuka|tebuka)",
    r"(?:belum|blm|blom|lom|lum|belom|masih belum|tak|tok|dok)\s(?:(?:pada|bisa|boleh|pandai|pun|lagi|"
    r"sempat)\s)?(?:melek|celik(?: mata)?|bukak? mata|membuka mata)",
    r"mata(?:nya)?\s(?:(?:masih|msh|lagi|pun|semua|semuanya|pada|masih pada)\s){1,3}(?:tutup|nutup|"
    r"tertutup|ketutup|merem|pejam|terpejam|rapat|rapet|nempel|lengket|tertutup rapat)",
    r"(?:masih|msh)\s(?:pada\s)?(?:merem|terpejam|buta|pejam|tutup mata)",
    # Thai
    r"ตา(?:ก็|ทั้งสองข้าง|น้อง)?(?:ยัง)?(?:ไม่|บ่|มิ)(?:ทัน|ได้|ค่อย)?(?:ลืม|เปิด)|(?:ยังไม่|ยังบ่|"
    r"บ่ทัน|ไม่ทัน)(?:ทัน|ได้)?(?:จะ)?(?:ลืมตา|เปิดตา|ลืมหูลืมตา)|ตา(?:ยัง)?(?:ปิด|หลับ)(?:อยู่|สนิท)|"
    r"ยังหลับตา|ตายังติด",
    # Vietnamese
    r"(?:chưa|chua|chưa có|ko|k|không)\s(?:(?:con|bé|đứa|nào|kịp|thèm|biết|hề)\s){0,3}(?:mở|mo|"
    r"hé)\s(?:được\s)?(?:mắt|mat)(?!\w)",
    r"(?:mắt|mat)\s(?:(?:còn|vẫn|vẫn còn|bé|nó|tụi nó|con)\s){0,3}(?:chưa|nhắm|dính|tịt|híp|nham|"
    r"chua)\s?(?:mở|hé|tịt|nghiền|mo)?(?!\w)",
    r"(?:còn|vẫn|đang)\s(?:nhắm tịt|nhắm nghiền|nhắm mắt|đỏ hỏn)",
    # Khmer
    r"(?:មិន|អត់|ពុំ|ឥត)(?:ទាន់|ទាន)?(?:បាន|ចេះ)?\s?បើក\s?ភ្នែក|ភ្នែក\s?(?:វា)?(?:នៅ|ក៏)?\s?(?:មិន|"
    r"អត់|ពុំ)(?:ទាន់)?\s?(?:បាន)?បើក|ភ្នែក\s?(?:នៅ|វានៅ)\s?(?:តែ)?បិទ|នៅបិទភ្នែក",
    # Japanese
    r"(?:目|眼|おめめ|お目目|め)(?:も|が|は|すら)?(?:まだ)?(?:開い|あい|開か|あか|ひらか|開け)(?:て(?:い)?(?:ない|ません)|な(?:い|く)|ず|ません)|"
    r"未開眼|開眼前|開眼して(?:い)?(?:ない|ません)|(?:目|眼|おめめ)(?:も|が|を|は)?(?:まだ)?(?:閉じ|とじ|つぶ)(?:て|った|たまま)|まだ(?:目|眼)が開",
    # Chinese
    r"(?:没|沒|未|不曾|尚未)(?:有)?(?:睁|睜|开|開)(?:过|過|开|開)?(?:眼|眼睛)|眼睛?(?:都|还|還|尚|也)?(?:没|沒|未)(?:有)?(?:睁|睜|开|"
    r"開)|(?:闭|閉)(?:着|著)?(?:眼|眼睛)|眼睛?(?:还|還|都)?(?:闭|閉)(?:着|著|上)?",
    # Tagalog
    r"(?:di|hindi|dipa|wala|hnd|ndi)\s?(?:pa)?\s(?:(?:nila|sila|po|daw|rin|din|pa|naman|ang|mga|"
    r"mata)\s){0,3}(?:dilat|dumidilat|nakadilat|nakakadilat|bukas|bumubukas|nakabukas|mulat|nakamulat|"
    r"namumulat|nagmumulat|naka-mulat|bumubuka|nakakakita)",
    r"(?:pikit|nakapikit|sarado|nakasara|saradong|nakapikit)\s(?:pa\s?)(?:(?:rin|din|po|ang|yung|"
    r"mga)\s){0,3}(?:mata)?|mata\s(?:ay\s)?(?:nakapikit|sarado|pikit)|bulag pa",
)
_PARTLY: Final = (
    r"eyes?\s(?:(?:are|have|r|has|only|all)\s){0,2}(?:just|barely|starting|start|half|only just|"
    r"beginning)\s(?:(?:to|now|about|begun)\s){0,2}(?:open\w*)|just opened (?:their|her|his|its|"
    r"the)?\s?eyes|opened (?:their|her|his|its) eyes (?:today|yesterday|this morning)",
    r"(?:baru|br|baru aja|baru saja|baru mau|mulai|dah mula|mula)\s(?:(?:pada|bisa|belajar|"
    r"nak)\s)?(?:melek|buka mata|bukak mata|celik|kebuka|ngintip)|mata (?:baru|mulai|"
    r"dah mula) (?:kebuka|buka|celik|terbuka|melek)|setengah melek",
    r"(?:เพิ่ง|พึ่ง|เริ่ม|กําลัง)(?:จะ|เริ่ม)?(?:ลืมตา|เปิดตา)|ตา(?:เพิ่ง|เริ่ม|กําลัง)(?:ลืม|เปิด)|"
    r"ลืมตา(?:ข้างเดียว|ได้ข้าง|วันแรก|ครึ่ง)",
    r"(?:mới|vừa|bắt đầu|sắp|moi|vua)\s(?:(?:kịp|chớm|được)\s)?(?:mở|hé|mo|he)\s(?:mắt|mat)(?!\w)|"
    r"(?:mắt|mat) (?:mới|vừa|bắt đầu|moi) (?:hé|mở|he|mo)(?!\w)",
    r"(?:ទើប|ទើបតែ|ទើបនឹង|ចាប់ផ្តើម|ចាប់ផ្ដើម)\s?(?:តែ|នឹង)?\s?បើក\s?ភ្នែក|ភ្នែក(?:ទើប|ចាប់ផ្តើម)(?:តែ|នឹង)?បើក",
    r"(?:目|眼|おめめ)(?:が|も)?(?:やっと|ようやく|少し|うっすら|半分)?(?:開い|あい)(?:た|て)?(?:ばかり|始め|はじめ|てきた|たて|きました)|開眼(?:したて|"
    r"直後|したばかり|間近|始ま)|薄目",
    r"(?:刚|剛|才|快|正在|准备|準備)(?:刚|剛|要|开始|開始)?(?:睁|睜|开|開)(?:眼|了眼|开眼|眼睛)|(?:睁|睜|开|開)眼(?:没|沒)(?:几|幾)|半(?:睁|"
    r"睜)眼|眼睛?(?:刚|剛|才)(?:睁|睜|开|開)",
    r"(?:kaka|ka|kabu|kaka-|bago|bagong|kapag|simula)\s?(?:dilat|didilat|mulat|bubukas|bukas|"
    r"dilat pa)(?:\slang|\spa)?(?!\w)",
)
_CLOSED_ENTRY = Entry("common", "eyes_closed", "eyes still shut", ("",), eyes="closed")
_PARTLY_ENTRY = Entry("common", "eyes_closed", "eyes just opening", ("",), eyes="partly")
_UNSPACED = re.compile("[\u0e00-\u1dff\u3040-\u9fff]")


def _either(patterns: tuple[str, ...], unspaced: bool) -> re.Pattern[str]:
    """Join the patterns of the scripts with spaces (which start at the edge of a word) or of those without."""
    chosen = "|".join(pattern for pattern in patterns if bool(_UNSPACED.search(pattern)) == unspaced)
    return re.compile(chosen if unspaced else rf"(?<![^\W\d_])(?:{chosen})")


_PATTERNS = tuple(
    (_either(patterns, unspaced), entry)
    for patterns, entry in ((_PARTLY, _PARTLY_ENTRY), (_CLOSED, _CLOSED_ENTRY))
    for unspaced in (False, True)
)
_QUICK = re.compile("eye|mata|melek|merem|celik|pejam|ตา|mắt|mat|nhắm|ភ្នែក|目|眼|め|dilat|mulat|pikit|buta|bulag|hỏn")


def find_eye_phrases(folded: Folded) -> list[Match]:
    """Give what grammar finds of eyes that are shut or just opening, as cues on the original code points."""
    if _QUICK.search(folded.text) is None:
        return []
    found: list[Match] = []
    for pattern, entry in _PATTERNS:
        for match in pattern.finditer(folded.text):
            start, end = folded.span(*match.span())
            if not any(start < other.end and other.start < end for other in found):
                found.append(Match(start, end, entry, match.group(), False, match.start()))
    return sorted(found, key=lambda cue: cue.start)


def with_phrases(cues: Sequence[Match], phrases: Sequence[Match]) -> tuple[Match, ...]:
    """Add the phrases that grammar found where the lexicons know no more; a phrase that covers a shorter eye cue
    replaces it.
    """
    eyes = [cue for cue in cues if cue.entry.eyes and cue.kind != "counter"]
    added = [
        phrase
        for phrase in phrases
        if not any(
            cue.start <= phrase.start
            and phrase.end <= cue.end
            and (cue.entry.eyes != "open" or (cue.start, cue.end) != (phrase.start, phrase.end))
            for cue in eyes
        )
        and not any(
            cue.start < phrase.end and phrase.start < cue.end and cue.entry.eyes == phrase.entry.eyes for cue in eyes
        )
    ]
    kept = [
        cue
        for cue in cues
        if not (cue.kind == "eyes_closed" and any(a.start <= cue.start and cue.end <= a.end for a in added))
    ]
    return tuple(sorted([*kept, *added], key=lambda cue: (cue.start, cue.end, cue.kind)))
