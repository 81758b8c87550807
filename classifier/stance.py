"""Tells a firm refusal to sell from one that is taken back in the same breath ("not for sale, but inbox me if
serious").
"""

import re
from typing import Final

from classifier.reading import FieldReading

_REFUSAL: Final = re.compile(
    r"not (?:for|4) sale|(?<!\w)nfs(?!\w)|not selling|isn'?t for sale|aren'?t for sale|won'?t sell|never sell|"
    r"(?:tidak|gak|ga|nggak|ngga|tak|bukan|x|tdk|bkn|enggak)\s?(?:untuk |utk |buat |mau |akan |nak |"
    r"di|akan di|untuk di)?\s?(?:jual|dijual|jualan)|"
    r"ไม่(?:ได้)?(?:ขาย|ปล่อย)|(?:không|ko|k|khong|hổng|hông|đâu có|chẳng) (?:có )?(?:bán|pass|nhượng|để lại)|"
    r"(?:មិន|អត់)(?:មែន)?(?:បាន)?លក់|売(?:りません|らない|り物(?:では|じゃ)|ってません)|販売(?:はして|して)?(?:い)?(?:ない|ません)|"
    r"譲(?:りません|渡(?:は|の予定は)(?:し|あり)ません)|非売|"
    r"(?:不|非|没打算|沒打算|不打算|从不|從不)(?:出售|卖|賣|出|转让|轉讓)|不对外|"
    r"(?:hindi|di|hnd|ndi)\s?(?:po |ko |namin |na )?(?:for sale|binebenta|ibebenta|benta|ipagbibili|"
    r"ibinebenta)|not for sale"
)
_TURN: Final = re.compile(
    r"\bbut\b|\bunless\b|\bhowever\b|\bthough\b|\bexcept\b|\btapi\b|\btp\b|\btetapi\b|\bkecuali\b|"
    r"\bcuma (?:kalo|kalau)|\bkalau\b|\bkalo\b|\bklo\b|\bkl\b|แต่|ยกเว้น|ถ้า|\bnhưng\b|\bnhg\b|"
    r"\btrừ\b|\bnếu\b|\bai (?:thương|thật|thích|ưng)|"
    r"ប៉ុន្តែ|តែ(?!មួយ)|បើ|(?:です|ます|ない|ん)(?:が|けど)|けど|ただし|どうしても|但|不过|不過|除非|除了|真心|誠心|诚心|合适|\bpero\b|"
    r"\bkung\b|\bmaliban\b|\bkaso\b|\.\.\.|…"
)
_INVITE: Final = re.compile(
    r"\binbox|\bdms?\b|\bpm\b|\bmessage|\bask me|\bserious|\btalk|\boffer|\bmake me|\bjapri|\bbisik|"
    r"\bcocok|\bbincang|\bdeal\b|\bnego|\bminat|\bcari saya|\bkontak|\bwasap|\bwa\b|ทัก|หลังไมค์|คุย|"
    r"แชท|ib\b|\bnhắn|\bnói chuyện|\bliên hệ|\bzalo|"
    r"inbox|ឆាត|និយាយ|ทักมา|連絡|相談|DM|dm|メッセージ|私|聊|谈|談|价|價|条件|條件|\bmag ?pm|\busap|\bmessage|"
    r"\bpag-?usapan|\bbrothers?|\bsiblings|\badik|\banaknya|\bbaka\b|\bmight be"
)
_FIRM: Final = re.compile(
    r"stop asking|don'?t (?:ask|pm|dm|message|inbox)|no (?:pms?|dms?|offers)|jangan (?:tanya|pm|inbox|"
    r"nawar|wasap|japri)|gausah (?:tanya|nawar)|ga usah (?:tanya|nawar)|ห้าม(?:ทัก|ถาม)|ไม่ต้อง(?:ทัก|"
    r"ถาม)|อย่า(?:ทัก|ถาม)|"
    r"(?:đừng|khỏi|miễn) (?:hỏi|ib|inbox|nhắn)|កុំ\s?(?:inbox|សួរ|ឆាត)|ご遠慮|お断り|(?:问|連絡|聞か)ないで|聞かないで|"
    r"いくら積まれても|家族(?:です|だから|なので)|别(?:再)?(?:问|私|来问)|別(?:再)?(?:問|私)|勿(?:扰|擾|问|私)|不要(?:再)?(?:问|私|問)|"
    r"wa?g (?:na )?(?:po )?(?:mag|kayong|kayo)|huwag|tigilan|family|keluarga|ครอบครัว|gia đình|一家人|家人|"
    r"pamilya|forever|selamanya|ตลอดไป|mãi|habambuhay|kesayangan"
)


def stance(field: FieldReading) -> frozenset[str]:
    """Give what holds of a field: `refuses`, `takes back` (the refusal is softened by an invitation), `firm`."""
    text = field.folded.text
    refusal = _REFUSAL.search(text)
    found = set()
    if refusal is None and not any(cue.entry.topic == "not_for_sale" for cue in field.cues):
        return frozenset({"firm"}) if _FIRM.search(text) else frozenset()
    found.add("refuses")
    rest = text[refusal.end() :] if refusal else text
    turn = _TURN.search(rest)
    if _FIRM.search(text):
        found.add("firm")
    if turn and _INVITE.search(rest, turn.start()):
        found.add("takes back")
    return frozenset(found)
