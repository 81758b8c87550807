"""Names the language of a post: by its script where the script decides, else by words and lingua among the Latin-
script languages.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.fold import fold_characters
from classifier.labels import LANGUAGES

if TYPE_CHECKING:
    from lingua import LanguageDetector

_SCRIPTS = (
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("km", re.compile("[\u1780-\u17ff]")),
    ("ja", re.compile("[\u3041-\u30fa\u30fc-\u30ff\uff66-\uff9f]")),
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")),
)
_LETTER = re.compile(r"[^\W\d_]")
_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_SMALL = json.loads((Path(__file__).parent / "data" / "small_words.json").read_text("utf-8"))
_WORDS: dict[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _SMALL["common"].items()}
_DISTINCT: dict[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in _SMALL["distinct"].items()
}
_LINGUA = {"en": "ENGLISH", "id": "INDONESIAN", "ms": "MALAY", "vi": "VIETNAMESE", "tl": "TAGALOG"}
_WORD = re.compile(r"[^\W\d_]+")


def script_language(text: str) -> str | None:
    """Give the language that the script alone decides (`th`, `km`, `ja`, `zh`, `vi`), or None for other Latin text.

    Light enough for the crawl: a script counts when it makes up a fifth of the letters, since one Latin word
    weighs many letters.
    """
    letters = len(_LETTER.findall(text)) or 1
    counts = {language: len(pattern.findall(text)) for language, pattern in _SCRIPTS}
    for language in ("th", "km"):
        if counts[language] >= max(2, letters * 0.2):
            return language
    if (
        counts["ja"] >= 2
        and counts["ja"] >= 0.08 * (counts["ja"] + counts["zh"])
        and counts["ja"] + counts["zh"] >= letters * 0.15
    ):
        return "ja"
    if counts["zh"] >= 1 and counts["zh"] >= letters * 0.12:
        return "zh"
    return "vi" if len(_VIETNAMESE.findall(text)) >= 2 else None


def detect(text: str, hint: str | None = None) -> str:
    """Give the ISO 639-1 code of a post's language, one of the nine, or `und` where there are no letters to tell by.

    `hint` is what the source says of its language; it decides where the text itself does not.
    """
    hint = hint.lower().split("-")[0] if hint else None
    hint = {"fil": "tl", "in": "id", "jp": "ja", "cn": "zh", "vn": "vi", "kh": "km"}.get(hint or "", hint)
    script = script_language(text)
    if script is not None:
        return script
    words = _WORD.findall(fold_characters(text).text)
    if not words:
        return hint if hint in LANGUAGES else "und"
    scores = {language: _score(language, words) for language in _WORDS}
    if hint in scores:
        scores[hint] += 1.5
    best = max(scores, key=lambda language: scores[language])
    others = sorted(scores.values(), reverse=True)
    if scores[best] - others[1] >= 1.5 or (len(words) <= 3 and scores[best] > others[1]):
        return best
    if len(words) < 2:
        return hint if hint in LANGUAGES else ("en" if scores["en"] else "und")
    guess = _lingua_guess(text)
    if guess and (scores[guess] > 0 or not any(scores.values())) and scores[best] - scores[guess] < 1.5:
        return guess
    return best if scores[best] else (hint if hint in LANGUAGES else "und")


def _score(language: str, words: list[str]) -> float:
    common = sum(word in _WORDS[language] for word in words)
    return common + 1.5 * sum(word in _DISTINCT.get(language, ()) for word in words)


@cache
def _detector() -> "LanguageDetector":
    from lingua import Language, LanguageDetectorBuilder

    chosen = [getattr(Language, name) for name in _LINGUA.values()]
    return LanguageDetectorBuilder.from_languages(*chosen).build()


def _lingua_guess(text: str) -> str | None:
    clean = text.encode("utf-8", "replace").decode("utf-8")
    found = _detector().detect_language_of(clean[:2000])
    return found.iso_code_639_1.name.lower() if found is not None else None
