"""Trains the intent model on a corpus folder, cross-validated by situation, and writes it with its card; the same
seed gives the same decisions.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import GroupKFold

from classifier.corpus import Example, load_corpus
from classifier.features import Features, features_of
from classifier.labels import INTENTS
from classifier.model import Array, fit, raw_flag
from classifier.prefilter import may_concern_otters
from classifier.reading import read_post

VERSION = "2026.11.1"
"""The version that assessments carry: year, month and number of the model's release."""
FOLDS = 5


@dataclass(frozen=True)
class TrainingReport:
    """What a training run saw and reached: counts, and scores by cross-validation over situations (never on the
    held-out set).
    """

    version: str
    posts: int
    by_intent: dict[str, int]
    by_language: dict[str, int]
    f1: float
    average_precision: float
    intent_accuracy: float
    lost_by_prefilter: int

    def as_dict(self) -> dict[str, object]:
        """Give the report as plain values."""
        return dict(vars(self))


def train(corpus_dir: Path, artifacts_dir: Path, seed: int = 20261122) -> TrainingReport:
    """Train on all `*.jsonl` of a folder and write model.skops and model.json; deterministic for a seed and a
    corpus.
    """
    examples = load_corpus(corpus_dir)
    survivors = [example for example in examples if may_concern_otters(_whole(example))]
    lost = sum(example.flagged for example in examples) - sum(example.flagged for example in survivors)
    features = [features_of(read_post(example.post)) for example in survivors]
    intents = [example.intent for example in survivors]
    raw, mixed = _out_of_fold(features, intents, [example.group for example in survivors], seed)
    flags = np.asarray([example.flagged for example in survivors])
    slope, offset = _calibration(raw, flags)
    probability = 1.0 / (1.0 + np.exp(-(slope * raw + offset)))
    model = fit(features, intents, seed)
    model.slope, model.offset = slope, offset
    model.threshold = _threshold(probability, flags, lost)
    decided = probability >= model.threshold
    report = TrainingReport(
        version=VERSION,
        posts=len(examples),
        by_intent=dict(sorted(Counter(example.intent for example in examples).items())),
        by_language=dict(sorted(Counter(example.lang for example in examples).items())),
        f1=round(float(f1_score([*flags, *[True] * lost], [*decided, *[False] * lost])), 4),
        average_precision=round(float(average_precision_score(flags, probability)), 4),
        intent_accuracy=round(float((np.asarray(INTENTS)[mixed.argmax(axis=1)] == np.asarray(intents)).mean()), 4),
        lost_by_prefilter=lost,
    )
    model.card = {
        "name": "otterwatch intent model",
        "version": VERSION,
        "trained_on": "invented posts in nine languages (classifier/corpus/train)",
        "trained_at": dt.datetime.now(dt.UTC).date().isoformat(),
        "seed": seed,
        "prior": round(float(flags.mean()), 4),
        "cross_validation": report.as_dict(),
    }
    model.save(artifacts_dir)
    return report


def _whole(example: Example) -> str:
    return f"{example.post.title}\n{example.post.text}"


def _out_of_fold(
    features: Sequence[Features], intents: Sequence[str], groups: Sequence[str], seed: int
) -> tuple[Array, Array]:
    """Give each post's uncalibrated flag score and intents from a model that saw no post of its situation."""
    raw, mixed = np.zeros(len(features)), np.zeros((len(features), len(INTENTS)))
    for known, unseen in GroupKFold(FOLDS).split(features, intents, groups):
        model = fit([features[n] for n in known], [intents[n] for n in known], seed)
        fresh = [features[n] for n in unseen]
        mixed[unseen] = model.intents(fresh)
        raw[unseen] = raw_flag(mixed[unseen], model.flag_scores(fresh))
    return raw, mixed


def _calibration(raw: Array, flags: Array) -> tuple[float, float]:
    """Fit Platt's slope and offset to out-of-fold scores."""
    fitted = LogisticRegression(C=1e3).fit(raw.reshape(-1, 1), flags)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])


def _threshold(probability: Array, flags: Array, lost: int) -> float:
    """Give the threshold with the best F1 out of fold, the middle of the best stretch."""
    grid = np.round(np.linspace(0.25, 0.7, 46), 3)
    missed = [True] * lost
    scores = np.asarray([f1_score([*flags, *missed], [*(probability >= t), *[False] * lost]) for t in grid])
    smooth = np.convolve(np.pad(scores, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return float(grid[int(smooth.argmax())])
