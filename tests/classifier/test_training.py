"""Training twice gives the same decisions; a model that was altered is refused; the evaluation adds up."""

import json
from pathlib import Path

import pytest

from classifier.assessment import Classifier
from classifier.card import model_card
from classifier.corpus import CORPUS, CorpusError, load_corpus, posts_of
from classifier.evaluation import evaluate
from classifier.features import features_of
from classifier.model import IntentModel, ModelError, fit
from classifier.prefilter import may_concern_otters
from classifier.reading import read_post
from classifier.training import train


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every eighth training post of three languages."""
    folder = tmp_path_factory.mktemp("corpus")
    for language in ("id", "th", "zh"):
        lines = (CORPUS / "train" / f"{language}.jsonl").read_text("utf-8").splitlines()[::8]
        (folder / f"{language}.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_training_again_gives_the_same_decisions(small: Path, tmp_path: Path) -> None:
    first = train(small, tmp_path / "a", seed=5)
    second = train(small, tmp_path / "b", seed=5)
    assert first == second
    posts = posts_of(load_corpus(small))
    one = Classifier.load(tmp_path / "a").assess_many(posts)
    other = Classifier.load(tmp_path / "b").assess_many(posts)
    assert [a.as_dict() for a in one] == [b.as_dict() for b in other]

    report = evaluate(small, tmp_path / "a")
    assert report.overall.posts == len(posts)
    assert sum(sum(row.values()) for row in report.intents.values()) == len(posts)
    assert set(report.by_language) == {"id", "th", "zh"}
    json.dumps(report.as_dict())
    text = model_card(IntentModel.load(tmp_path / "a").card, report)
    assert "invented" in text
    assert "| all |" in text


def test_fitting_again_on_the_shipped_corpus_finds_the_shipped_decisions() -> None:
    """What stands in artifacts/ is what the shipped posts give, up to rounding of other processors."""
    shipped = IntentModel.load()
    examples = [e for e in load_corpus(CORPUS / "train") if may_concern_otters(f"{e.post.title}\n{e.post.text}")]
    fresh = fit([features_of(read_post(e.post)) for e in examples], [e.intent for e in examples], shipped.card["seed"])
    fresh.slope, fresh.offset, fresh.threshold = shipped.slope, shipped.offset, shipped.threshold
    unseen = posts_of(load_corpus(CORPUS / "holdout"))
    ours, theirs = Classifier(fresh).assess_many(unseen), Classifier(shipped).assess_many(unseen)
    differing = [a.id for a, b in zip(ours, theirs, strict=True) if (a.flagged, a.intent) != (b.flagged, b.intent)]
    assert len(unseen) > 200
    assert len(differing) <= len(unseen) / 200


def test_an_altered_model_is_refused(tmp_path: Path) -> None:
    artifacts = Path(__file__).parents[2] / "classifier" / "artifacts"
    for name in ("model.skops", "model.json"):
        (tmp_path / name).write_bytes((artifacts / name).read_bytes())
    with (tmp_path / "model.skops").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match="not the file"):
        IntentModel.load(tmp_path)
    with pytest.raises(ModelError, match="no model"):
        IntentModel.load(tmp_path / "nowhere")


def test_corpus_errors_name_the_line(tmp_path: Path) -> None:
    (tmp_path / "id.jsonl").write_text('{"text": "x", "lang": "id", "intent": "selling"}\n', "utf-8")
    with pytest.raises(CorpusError, match=r"id\.jsonl:1"):
        load_corpus(tmp_path)
