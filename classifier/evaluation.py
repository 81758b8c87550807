"""Measures assessments against labelled posts: flags, intents, facts and calibration, overall, per language and by
tag.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.metrics import average_precision_score

from classifier.assessment import Assessment, Classifier
from classifier.corpus import Example, load_corpus, posts_of
from classifier.labels import INTENTS

DRAWS: Final = 500
"""Bootstrap draws behind each interval."""
BINS: Final = 10
"""Bins of the expected calibration error."""


@dataclass(frozen=True)
class FlagScores:
    """Precision, recall and F1 of the flag and average precision of the probability, with a 95 % bootstrap
    interval of F1.
    """

    posts: int
    precision: float
    recall: float
    f1: float
    f1_low: float
    f1_high: float
    average_precision: float


@dataclass(frozen=True)
class EvaluationReport:
    """All measured figures of one model on one labelled set."""

    model: str
    overall: FlagScores
    by_language: Mapping[str, FlagScores]
    by_tag: Mapping[str, tuple[int, float]]
    intents: Mapping[str, Mapping[str, int]]
    intent_accuracy: float
    intent_macro_f1: float
    facts: Mapping[str, tuple[int, float]]
    facts_by_language: Mapping[str, Mapping[str, float]]
    calibration_error: float
    errors: tuple[tuple[str, str, str, float], ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values, ready for JSON."""
        return {
            "model": self.model,
            "overall": vars(self.overall),
            "by_language": {language: vars(scores) for language, scores in self.by_language.items()},
            "by_tag": {tag: {"posts": n, "flag_accuracy": value} for tag, (n, value) in self.by_tag.items()},
            "intents": {true: dict(row) for true, row in self.intents.items()},
            "intent_accuracy": self.intent_accuracy,
            "intent_macro_f1": self.intent_macro_f1,
            "facts": {name: {"posts": n, "right": value} for name, (n, value) in self.facts.items()},
            "facts_by_language": {language: dict(row) for language, row in self.facts_by_language.items()},
            "calibration_error": self.calibration_error,
        }

    def as_markdown(self) -> str:
        """Give the report as tables in Markdown."""
        rows = [("all", self.overall), *self.by_language.items()]
        lines = [
            "| posts of | n | precision | recall | F1 | 95 % | AP |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {name} | {s.posts} | {s.precision:.2f} | {s.recall:.2f} | {s.f1:.2f} "
            f"| {s.f1_low:.2f} to {s.f1_high:.2f} | {s.average_precision:.2f} |"
            for name, s in rows
        ]
        lines += [
            "",
            f"Intent: accuracy {self.intent_accuracy:.2f}, macro F1 {self.intent_macro_f1:.2f}. "
            f"Expected calibration error {self.calibration_error:.3f}.",
            "",
        ]
        lines += ["| true intent | " + " | ".join(INTENTS) + " |", "| --- |" + " --- |" * len(INTENTS)]
        lines += [
            f"| {true} | " + " | ".join(str(row.get(name, 0)) for name in INTENTS) + " |"
            for true, row in self.intents.items()
        ]
        lines += ["", "| fact | posts | right |", "| --- | --- | --- |"]
        lines += [f"| {name} | {n} | {value:.2f} |" for name, (n, value) in self.facts.items()]
        lines += ["", "| tag | posts | flag right |", "| --- | --- | --- |"]
        lines += [f"| {tag} | {n} | {value:.2f} |" for tag, (n, value) in self.by_tag.items()]
        return "\n".join(lines) + "\n"


def evaluate(corpus_dir: Path, artifacts_dir: Path | None = None, seed: int = 0) -> EvaluationReport:
    """Assess the labelled posts of a folder with a saved model (the package's own by default) and measure the
    result.
    """
    examples = load_corpus(corpus_dir)
    classifier = Classifier.load(artifacts_dir)
    return measure(examples, classifier.assess_many(posts_of(examples)), seed)


def measure(examples: Sequence[Example], found: Sequence[Assessment], seed: int = 0) -> EvaluationReport:
    """Compare assessments with the labels of the same posts, in the same order."""
    pairs = list(zip(examples, found, strict=True))
    languages = sorted({example.lang for example in examples})
    confusion = {true: dict(Counter(a.intent for e, a in pairs if e.intent == true)) for true in INTENTS}
    tags: dict[str, list[bool]] = defaultdict(list)
    for example, assessment in pairs:
        for tag in example.tags:
            tags[tag].append(example.flagged == assessment.flagged)
    return EvaluationReport(
        model=found[0].model if found else "",
        overall=_scores(pairs, seed),
        by_language={lang: _scores([p for p in pairs if p[0].lang == lang], seed) for lang in languages},
        by_tag={tag: (len(right), _mean(right)) for tag, right in sorted(tags.items())},
        intents=confusion,
        intent_accuracy=_mean([e.intent == a.intent for e, a in pairs]),
        intent_macro_f1=_macro_f1(confusion),
        facts={name: (len(right), _mean(right)) for name, right in _facts(pairs).items()},
        facts_by_language={
            lang: {name: _mean(right) for name, right in _facts([p for p in pairs if p[0].lang == lang]).items()}
            for lang in languages
        },
        calibration_error=_calibration_error(pairs),
        errors=tuple((e.post.id or "", e.intent, a.intent, a.probability) for e, a in pairs if e.flagged != a.flagged),
    )


Pair = tuple[Example, Assessment]

_FACTS: Final[dict[str, Callable[[Example, Assessment], bool]]] = {
    "species": lambda e, a: e.species == a.species,
    "age_classes": lambda e, a: set(e.age_classes) == set(a.age_classes),
    "quantity": lambda e, a: e.quantity == a.quantity,
    "price": lambda e, a: e.price == (None if a.price is None else (float(a.price[0]), a.price[1])),
    "price where stated": lambda e, a: e.price == (None if a.price is None else (float(a.price[0]), a.price[1])),
    "contacts": lambda e, a: set(e.contacts) == set(a.contacts),
    "contacts where stated": lambda e, a: set(e.contacts) == set(a.contacts),
}


def _facts(pairs: Sequence[Pair]) -> dict[str, list[bool]]:
    """Give for each fact whether it was right: on posts that are to be flagged, the eyes on all posts about otters."""
    right: dict[str, list[bool]] = {}
    for name, same in _FACTS.items():
        right[name] = [
            same(e, a)
            for e, a in pairs
            if e.flagged
            and (name != "price where stated" or e.price)
            and (name != "contacts where stated" or e.contacts)
        ]
    right["eyes_closed"] = [e.eyes_closed == a.eyes_closed for e, a in pairs if e.species is not None]
    right["eyes_closed where true"] = [a.eyes_closed for e, a in pairs if e.eyes_closed]
    right["language"] = [e.lang == a.language for e, a in pairs]
    return right


def _mean(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _f1(truth: np.ndarray[Any, Any], said: np.ndarray[Any, Any]) -> tuple[float, float, float]:
    hits = int((truth & said).sum())
    precision = hits / said.sum() if said.sum() else 0.0
    recall = hits / truth.sum() if truth.sum() else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


def _scores(pairs: Sequence[Pair], seed: int) -> FlagScores:
    truth = np.asarray([e.flagged for e, _ in pairs])
    said = np.asarray([a.flagged for _, a in pairs])
    probability = np.asarray([a.probability for _, a in pairs])
    generator = np.random.default_rng(seed)
    draws = generator.integers(0, len(pairs), (DRAWS, len(pairs)))
    resampled = [_f1(truth[draw], said[draw])[2] for draw in draws]
    precision, recall, f1 = _f1(truth, said)
    low, high = np.quantile(resampled, [0.025, 0.975])
    ap = float(average_precision_score(truth, probability)) if truth.any() else 0.0
    return FlagScores(len(pairs), *(round(float(x), 4) for x in (precision, recall, f1, low, high, ap)))


def _macro_f1(confusion: Mapping[str, Mapping[str, int]]) -> float:
    scores = []
    for name in INTENTS:
        hits = confusion[name].get(name, 0)
        true, said = sum(confusion[name].values()), sum(row.get(name, 0) for row in confusion.values())
        if true:
            scores.append(2 * hits / (true + said))
    return round(float(np.mean(scores)), 4) if scores else 0.0


def _calibration_error(pairs: Sequence[Pair]) -> float:
    """Give the expected calibration error over BINS equal bins of the probability."""
    probability = np.asarray([a.probability for _, a in pairs])
    truth = np.asarray([e.flagged for e, _ in pairs])
    places = np.minimum((probability * BINS).astype(int), BINS - 1)
    error = 0.0
    for place in range(BINS):
        inside = places == place
        if inside.any():
            error += inside.mean() * abs(truth[inside].mean() - probability[inside].mean())
    return round(float(error), 4)
