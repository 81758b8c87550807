"""The spaCy components stand alone, and no tokeniser can lose a cue."""

import pytest
import spacy
from spacy.language import Language

from classifier.components import read_doc, reading_pipeline


@pytest.mark.parametrize(
    "text",
    [
        "ขายลูกนากเล็กเล็บสั้นยังไม่ลืมตา",  # no spaces at all
        "លក់កូនភេមិនទាន់បើកភ្នែក",
        "出水獭未睁眼",
        "Jual b3rang2",  # disguised
    ],
)
def test_cues_survive_tokenisation(text: str) -> None:
    doc = reading_pipeline()(text)
    assert any(cue.kind == "species" for cue in doc._.cues)
    for cue in doc._.cues:
        assert 0 <= cue.start < cue.end <= len(text)
    assert {span.label_ for span in doc.spans["cues"]} == {cue.kind for cue in doc._.cues}


def test_facts_are_written_too() -> None:
    facts = reading_pipeline()("Jual otter 2 ekor 850rb WA 0812-0000-0123")._.facts
    assert [(p.amount, p.currency) for p in facts.prices] == [(850000, "IDR")]
    assert [c.value for c in facts.contacts] == ["whatsapp:+6281200000123"]


@pytest.mark.parametrize("name", ["otterwatch_cues", "otterwatch_facts"])
def test_one_component_works_alone_in_another_pipeline(name: str) -> None:
    """As somebody would use it who has a pipeline of their own."""
    nlp: Language = spacy.blank("id")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe(name)
    doc = nlp("Jual anakan berang-berang. Harga 850rb.")
    assert bool(doc._.cues) is (name == "otterwatch_cues")
    assert bool(doc._.facts.prices) is (name == "otterwatch_facts")
    assert len(list(doc.sents)) == 2


def test_half_a_surrogate_pair_keeps_its_place() -> None:
    doc = read_doc("a\ud83d baby otter for sale", language="en")
    assert [doc.text[cue.start : cue.end] for cue in doc._.cues if cue.kind == "species"] == ["baby otter"]
