"""The spaCy pipeline that reads a field: matching by characters, so that no tokeniser can lose a cue.

Each component is registered by name and can stand in any spaCy pipeline. What they find is on the Doc:

- `doc._.folded`: the folded text with its way back to the original
- `doc._.cues`: the cues, exact to the code point; `doc.spans["cues"]`: whole tokens around them, labelled by kind
- `doc._.facts`: ages, prices, quantities and contacts
"""

from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from classifier.cues import Match, find_cues
from classifier.eye_phrases import find_eye_phrases, with_phrases
from classifier.facts.field import FieldFacts, find_facts
from classifier.fold import fold
from classifier.language import detect

_HALF_PAIRS = dict.fromkeys(range(55296, 57344), "�")
"""spaCy keeps text as UTF-8, which has no half surrogate pairs; the replacement is one code point too."""
for _name, _default in {
    "language": "",
    "country": None,
    "channel": None,
    "folded": None,
    "cues": (),
    "facts": FieldFacts(),
}.items():
    Doc.set_extension(_name, default=_default, force=True)
Span.set_extension("gloss", default="", force=True)


class CueComponent:
    """Folds a Doc and writes its cues."""

    def __call__(self, doc: Doc) -> Doc:
        """Read one Doc; its text is not altered."""
        doc._.language = doc._.language or detect(doc.text)
        doc._.folded = fold(doc.text)
        doc._.cues = with_phrases(find_cues(doc.text, doc._.language), find_eye_phrases(doc._.folded))
        doc.spans["cues"] = [span for cue in doc._.cues if (span := _span(doc, cue)) is not None]
        return doc


class FactComponent:
    """Writes the facts of a Doc."""

    def __call__(self, doc: Doc) -> Doc:
        """Read one Doc; its text is not altered."""
        doc._.language = doc._.language or detect(doc.text)
        doc._.facts = find_facts(doc.text, doc._.language, doc._.country, doc._.channel)
        return doc


def _span(doc: Doc, cue: Match) -> Span | None:
    span = doc.char_span(cue.start, cue.end, label=cue.kind, alignment_mode="expand")
    if span is not None:
        span._.gloss = cue.gloss
    return span


@Language.factory("otterwatch_cues", assigns=["doc._.folded", "doc._.cues"])
def create_cues(nlp: Language, name: str) -> CueComponent:
    """Make the cue component."""
    return CueComponent()


@Language.factory("otterwatch_facts", assigns=["doc._.facts"])
def create_facts(nlp: Language, name: str) -> FactComponent:
    """Make the fact component."""
    return FactComponent()


@lru_cache(maxsize=1)
def reading_pipeline() -> Language:
    """Give the pipeline of the classifier: blank, multilingual, with both components."""
    nlp = spacy.blank("xx")
    nlp.add_pipe("otterwatch_cues")
    nlp.add_pipe("otterwatch_facts")
    return nlp


def read_doc(text: str, *, language: str, country: str | None = None, channel: str | None = None) -> Doc:
    """Run the pipeline on one field whose language (ISO 639-1) is known."""
    nlp = reading_pipeline()
    doc = nlp.make_doc(text.translate(_HALF_PAIRS) if not text.isascii() else text)
    doc._.language, doc._.country, doc._.channel = language, country, channel
    return nlp(doc)
