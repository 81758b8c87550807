"""`otterwatch train` and `evaluate`: making and measuring the classifier."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import console, say
from models.errors import OtterwatchError

PACKAGE = Path(__file__).parents[2] / "classifier"
TRAIN, HOLDOUT, ARTIFACTS = PACKAGE / "corpus" / "train", PACKAGE / "corpus" / "holdout", PACKAGE / "artifacts"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("train")(train)
    app.command("evaluate")(evaluate)


def train(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the trained model.")],
    corpus: Annotated[Path, typer.Option(help="Folder of labelled posts, one *.jsonl a language.")] = TRAIN,
) -> None:
    """Train the classifier from labelled posts; the shipped posts give the shipped model."""
    _folder(corpus)
    from classifier import training

    with console.status("training, a few minutes"), _plainly():
        report = training.train(corpus, output)
    say(
        f"Trained on {report.posts} posts: F1 {report.f1:.2f} by cross-validation over situations. "
        f"Measure it on other posts with `otterwatch evaluate --model {output}`."
    )


def evaluate(
    corpus: Annotated[Path, typer.Option(help="Folder of labelled posts that training never saw.")] = HOLDOUT,
    model: Annotated[Path, typer.Option(help="Folder of the model.")] = ARTIFACTS,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON instead of tables.")] = False,
    card: Annotated[Path | None, typer.Option(help="Also write the model card to this file.")] = None,
) -> None:
    """Measure the classifier on labelled posts: flags, intents, facts, calibration, by language and by kind of post."""
    _folder(corpus)
    from classifier.card import model_card
    from classifier.evaluation import evaluate as measure

    with console.status("measuring"), _plainly():
        report = measure(corpus, model)
    print(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else report.as_markdown())  # noqa: T201 - data
    if card:
        card.write_text(model_card(json.loads((model / "model.json").read_text("utf-8")), report), "utf-8")


@contextmanager
def _plainly() -> Iterator[None]:
    """What is wrong with a corpus or a model, said as a sentence."""
    from classifier.corpus import CorpusError
    from classifier.model import ModelError

    try:
        yield
    except (CorpusError, ModelError) as error:
        raise OtterwatchError(str(error)) from error


def _folder(corpus: Path) -> None:
    if not any(corpus.glob("*.jsonl")):
        raise OtterwatchError(f"there are no labelled posts (*.jsonl) in {corpus}")
