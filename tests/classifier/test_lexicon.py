"""Lexicon files are checked by name, and every form that they list is found by the matcher."""

from pathlib import Path

import pytest

from classifier.cues import find_cues
from classifier.labels import LANGUAGES
from classifier.lexicon import LexiconError, entries, load_lexicon, load_lexicons

GOOD = 'language = "id"\n[[entry]]\nkind = "offer"\ngloss = "for sale"\nforms = ["jual"]\nattested = "invented"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "id.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_file_loads(tmp_path: Path) -> None:
    (entry,) = load_lexicon(write(tmp_path, GOOD))
    assert (entry.language, entry.kind, entry.forms) == ("id", "offer", ("jual",))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"offer"', '"offers"', "kind is 'offers'"),  # no such kind
        ('["jual"]', "[]", "forms"),  # nothing to find
        ('["jual"]', '["jual", " "]', "forms holds ' '"),  # an empty form
        ('"for sale"', '""', "no gloss"),
        ("attested", 'sets = { species = "Lutra" }\nattested', "sets.species is 'Lutra'"),
        ("attested", 'sets = { colour = "brown" }\nattested', "sets.colour is unknown"),
        ("attested", 'boundary = "line"\nattested', "boundary is 'line'"),
        ("attested", 'foms = ["x"]\nattested', "unknown key foms"),  # a slip of the pen
        ('"id"', '"xx"', "language is 'xx'"),
        ("[[entry]]", "[[entry", "not TOML"),
    ],
)
def test_a_malformed_file_is_named_with_its_entry(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(LexiconError, match=r"id\.toml") as raised:
        load_lexicon(write(tmp_path, GOOD.replace(old, new, 1)))
    assert told in str(raised.value)


def test_every_language_has_its_lexicon() -> None:
    assert {entry.language for entry in load_lexicons()} == {*LANGUAGES, "common"}


def test_every_form_is_found_in_a_sentence() -> None:
    lost = []
    for entry in entries():
        language = "und" if entry.language == "common" else entry.language
        for form in entry.forms:
            text = f"… {form} …"
            if not any(cue.start <= 2 and cue.end >= 2 + len(form.strip()) for cue in find_cues(text, language)):
                lost.append((entry.language, form))
    assert len(lost) <= 3, lost
