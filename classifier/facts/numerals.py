"""Small numbers written as words in the nine languages, for counts, ages and spelled-out telephone numbers."""

import re
from typing import Final

from classifier.fold import Folded, rewrite

SMALL: Final[dict[str, float]] = {
    # English
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    # Indonesian and Malay
    "satu": 1,
    "se": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "lima": 5,
    "enam": 6,
    "tujuh": 7,
    "delapan": 8,
    "lapan": 8,
    "sembilan": 9,
    "sepuluh": 10,
    # Tagalog, also with its linker
    "isa": 1,
    "isang": 1,
    "dalawa": 2,
    "dalawang": 2,
    "tatlo": 3,
    "tatlong": 3,
    "apat": 4,
    "apat na": 4,
    "limang": 5,
    "anim": 6,
    "anim na": 6,
    "pito": 7,
    "pitong": 7,
    "walo": 8,
    "walong": 8,
    "siyam": 9,
    "siyam na": 9,
    "sampu": 10,
    "sampung": 10,
    # Vietnamese
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "chục": 10,
    "mot": 1,
    "bon": 4,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    # Thai
    "หนึ่ง": 1,
    "สอง": 2,
    "สาม": 3,
    "สี่": 4,
    "ห้า": 5,
    "หก": 6,
    "เจ็ด": 7,
    "แปด": 8,
    "เก้า": 9,
    "สิบ": 10,
    # Khmer
    "មួយ": 1,
    "ពីរ": 2,
    "ពី": 2,
    "បី": 3,
    "បួន": 4,
    "ប្រាំ": 5,
    "ប្រាំមួយ": 6,
    "ប្រាំពីរ": 7,
    "ប្រាំបី": 8,
    "ប្រាំបួន": 9,
    "ដប់": 10,
    # Chinese and Japanese
    "一": 1,
    "二": 2,
    "两": 2,
    "兩": 2,
    "俩": 2,
    "三": 3,
    "仨": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十二": 12,
}
"""Number words and their values, folded."""

_BY_LENGTH = sorted(SMALL, key=len, reverse=True)
_LATIN_WORDS = "|".join(re.escape(word) for word in _BY_LENGTH if word[0] < "\u0250" or "\u1e00" <= word[0] <= "\u1eff")
_OTHER_WORDS = "|".join(
    re.escape(word) for word in _BY_LENGTH if word[0] > "\u0e00" and not "\u1e00" <= word[0] <= "\u1eff"
)
NUMBER: Final = rf"(?:\d+(?:[.,]\d+)?|(?<![^\W\d_])(?:{_LATIN_WORDS})(?![^\W\d_])|(?:{_OTHER_WORDS}))"
"""A regular expression (no groups) for a small number in digits or in words, on folded text."""


def value(text: str) -> float:
    """Give the value of a small number matched by NUMBER; raises KeyError when it is none."""
    text = text.strip()
    return float(text.replace(",", ".")) if text[0].isdigit() else SMALL[text]


_DIGIT_WORDS: Final[dict[str, str]] = {
    "zero": "0",
    "oh": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "nol": "0",
    "kosong": "0",
    "satu": "1",
    "dua": "2",
    "tiga": "3",
    "empat": "4",
    "lima": "5",
    "enam": "6",
    "tujuh": "7",
    "delapan": "8",
    "lapan": "8",
    "sembilan": "9",
    "isa": "1",
    "dalawa": "2",
    "tatlo": "3",
    "apat": "4",
    "anim": "6",
    "pito": "7",
    "walo": "8",
    "siyam": "9",
    "không": "0",
    "một": "1",
    "hai": "2",
    "ba": "3",
    "bốn": "4",
    "năm": "5",
    "sáu": "6",
    "bảy": "7",
    "bẩy": "7",
    "tám": "8",
    "chín": "9",
    "khong": "0",
    "mot": "1",
    "bon": "4",
    "nam": "5",
    "sau": "6",
    "bay": "7",
    "tam": "8",
    "chin": "9",
    "ศูนย์": "0",
    "หนึ่ง": "1",
    "สอง": "2",
    "สาม": "3",
    "สี่": "4",
    "ห้า": "5",
    "หก": "6",
    "เจ็ด": "7",
    "แปด": "8",
    "เก้า": "9",
    "សូន្យ": "0",
    "មួយ": "1",
    "ពីរ": "2",
    "បី": "3",
    "បួន": "4",
    "ប្រាំមួយ": "6",
    "ប្រាំពីរ": "7",
    "ប្រាំបី": "8",
    "ប្រាំបួន": "9",
    "ប្រាំ": "5",
    "ゼロ": "0",
    "まる": "0",
    "れい": "0",
    "いち": "1",
    "さん": "3",
    "よん": "4",
    "ろく": "6",
    "なな": "7",
    "はち": "8",
    "きゅう": "9",
    "ご": "5",
    "に": "2",
    "〇": "0",
    "零": "0",
    "洞": "0",
    "幺": "1",
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "七": "7",
    "八": "8",
    "九": "9",
    "壹": "1",
    "贰": "2",
    "貳": "2",
    "叁": "3",
    "參": "3",
    "肆": "4",
    "伍": "5",
    "陆": "6",
    "陸": "6",
    "柒": "7",
    "捌": "8",
    "玖": "9",
    "o": "0",
}
_DIGIT_WORD = "|".join(
    rf"(?<![^\W\d_]){word}(?![^\W\d_])" if word[0] < "\u0250" or "\u1e00" <= word[0] <= "\u1eff" else word
    for word in sorted(_DIGIT_WORDS, key=len, reverse=True)
)
_SPELLED = re.compile(rf"(?:(?:{_DIGIT_WORD}|\d)[ ,.\-、・/]{{0,2}}){{7,}}")
_TIMES = re.compile(rf"({_DIGIT_WORD}) (dua|tiga|empat|lima|enam|[2-6]) kali(?![a-z])")
_ONE = re.compile(_DIGIT_WORD)
_LETTER_ZERO = re.compile(r"(?<![a-z0-9])o(?=[1-9][\d \-.]{6,})|(?<=\d)o(?=[\do])|(?<=\d)o(?=\d)|(?<=\d)[l|](?=\d)")


def despelled(folded: Folded) -> Folded:
    """Give the text with runs of spelled-out digits as digits (`nol delapan satu dua` is `0812`)."""
    edits = [(m.start(), m.end(), "1" if m.group() in "l|" else "0") for m in _LETTER_ZERO.finditer(folded.text)]
    folded = rewrite(folded, edits)
    times = [
        (m.start(), m.end(), _DIGIT_WORDS[m.group(1)] * int(value(m.group(2)))) for m in _TIMES.finditer(folded.text)
    ]
    folded = rewrite(folded, times)
    words = []
    for run in _SPELLED.finditer(folded.text):
        words += [
            (word.start(), word.end(), _DIGIT_WORDS[word.group()])
            for word in _ONE.finditer(folded.text, run.start(), run.end())
        ]
        words += [(n, n + 1, " ") for n in range(run.start(), run.end()) if folded.text[n] in ",、・"]
    words.sort()
    return rewrite(folded, words)
