"""The trained model: several scikit-learn classifiers over different views of a post, averaged and calibrated;
saved with skops.
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import sklearn
import skops.io
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from classifier.features import Features
from classifier.labels import INTENTS

ARTIFACTS: Final = Path(__file__).parent / "artifacts"
TRUSTED: Final = ("numpy.dtype",)
"""Types beyond skops' own list that a saved model may hold; a file with any other is refused."""

TEXT_SCALE: Final = 3.0
"""How much heavier the unit-length text views weigh beside the named numbers."""

_GLOSS_WORD: Final = r"\S+"

Array = npt.NDArray[np.float64]


class ModelError(RuntimeError):
    """The model's files are missing, altered, or made by something that this version does not trust."""


@dataclass
class IntentModel:
    """Gives the probabilities of the six intents, and the calibrated probability that a post is to be flagged."""

    numbers: DictVectorizer
    glosses: TfidfVectorizer
    characters: TfidfVectorizer
    cue_member: LogisticRegression
    joint_member: LogisticRegression
    flag_member: LogisticRegression
    weights: tuple[float, float] = (1.0, 2.0)
    slope: float = 1.0
    offset: float = 0.0
    threshold: float = 0.5
    card: dict[str, Any] = field(default_factory=dict)

    def intents(self, features: Sequence[Features]) -> Array:
        """Give an array (posts, 6) of probabilities, in the order of INTENTS."""
        cue, characters = self._views(features)
        joint = sp.hstack([cue, characters]).tocsr()
        members = (
            (self.weights[0], self.cue_member, cue),
            (self.weights[1], self.joint_member, joint),
        )
        total = sum(weight * _aligned(member, view) for weight, member, view in members)
        mixed: Array = np.asarray(total) / sum(self.weights)
        return mixed

    def flagged(self, features: Sequence[Features], intents: Array) -> Array:
        """Give an array (posts,) of calibrated probabilities that a post is `sale` or `parts`."""
        raw = raw_flag(intents, self.flag_scores(features))
        calibrated: Array = 1.0 / (1.0 + np.exp(-(self.slope * raw + self.offset)))
        return calibrated

    def flag_scores(self, features: Sequence[Features]) -> Array:
        """Give an array (posts,) of the flag member's own probabilities, not calibrated."""
        scores: Array = self.flag_member.predict_proba(self._views(features)[0])[:, 1]
        return scores

    def contributions(self, features: Features) -> list[tuple[str, float]]:
        """Give what each named number and gloss adds to (or takes from) the log-odds of being flagged, strongest
        first.
        """
        cue, _ = self._views([features])
        row = cue.tocoo()
        names = self._names()
        weights = self.flag_member.coef_[0]
        found = [
            (names[column], float(weights[column] * value)) for column, value in zip(row.col, row.data, strict=True)
        ]
        return sorted(found, key=lambda pair: -abs(pair[1]))

    def _names(self) -> list[str]:
        return [
            *self.numbers.get_feature_names_out(),
            *(f"gloss {name}" for name in self.glosses.get_feature_names_out()),
        ]

    def _views(self, features: Sequence[Features]) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        numbers = self.numbers.transform([one.numbers for one in features])
        glosses = self.glosses.transform([one.glosses for one in features])
        characters = self.characters.transform([one.characters for one in features])
        return sp.hstack([numbers, glosses * TEXT_SCALE]).tocsr(), characters * TEXT_SCALE

    def save(self, directory: Path) -> None:
        """Write model.skops and its card model.json, which carries the hash of the former."""
        directory.mkdir(parents=True, exist_ok=True)
        parts = {name: getattr(self, name) for name in _PARTS}
        skops.io.dump(parts, directory / "model.skops", compression=zipfile.ZIP_DEFLATED)
        digest = hashlib.sha256((directory / "model.skops").read_bytes()).hexdigest()
        card = {
            **self.card,
            "sha256": digest,
            "content": self._content(),
            "weights": list(self.weights),
            "slope": self.slope,
            "offset": self.offset,
            "threshold": self.threshold,
            "sklearn": sklearn.__version__,
        }
        (directory / "model.json").write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", "utf-8")

    def _content(self) -> str:
        """Name what was learnt: eight digits that are the same for the same weights, whenever they were saved."""
        learnt = hashlib.sha256()
        for member in (self.cue_member, self.joint_member, self.flag_member):
            learnt.update(member.coef_.tobytes() + member.intercept_.tobytes())
        names = [
            self.numbers.get_feature_names_out(),
            *(v.get_feature_names_out() for v in (self.glosses, self.characters)),
        ]
        learnt.update("\n".join(name for view in names for name in view).encode("utf-8", "surrogatepass"))
        return learnt.hexdigest()[:8]

    @classmethod
    def load(cls, directory: Path | None = None) -> "IntentModel":
        """Read a saved model; raises ModelError when it is missing, altered, or holds a type that is not trusted."""
        directory = directory or ARTIFACTS
        try:
            card = json.loads((directory / "model.json").read_text("utf-8"))
            data = (directory / "model.skops").read_bytes()
        except FileNotFoundError as error:
            raise ModelError(f"no model in {directory}: train one first") from error
        if hashlib.sha256(data).hexdigest() != card.get("sha256"):
            raise ModelError(f"{directory / 'model.skops'} is not the file that its card describes")
        unknown = set(skops.io.get_untrusted_types(data=data)) - set(TRUSTED)
        if unknown:
            raise ModelError(f"the model holds types that are not trusted: {', '.join(sorted(unknown))}")
        parts: Mapping[str, Any] = skops.io.loads(data, trusted=list(TRUSTED))
        return cls(
            **parts,
            weights=tuple(card["weights"]),
            slope=card["slope"],
            offset=card["offset"],
            threshold=card["threshold"],
            card=card,
        )


_PARTS = ("numbers", "glosses", "characters", "cue_member", "joint_member", "flag_member")


def raw_flag(intents: Array, flag: Array) -> Array:
    """Give the uncalibrated log-odds of being flagged: the mean of the intents' and of the flag member's."""
    by_intent = intents[:, INTENTS.index("sale")] + intents[:, INTENTS.index("parts")]
    logit: Array = (_logit(by_intent) * 3 + _logit(flag)) / 4
    return logit


def _logit(probability: Array) -> Array:
    clipped = np.clip(probability, 1e-5, 1 - 1e-5)
    logit: Array = np.log(clipped / (1 - clipped))
    return logit


def _aligned(member: LogisticRegression, view: sp.csr_matrix) -> Array:
    """Give a member's probabilities in the order of INTENTS, zero where it never saw an intent."""
    found = member.predict_proba(view)
    aligned = np.zeros((found.shape[0], len(INTENTS)))
    for column, name in enumerate(member.classes_):
        aligned[:, INTENTS.index(str(name))] = found[:, column]
    return aligned


def fit(features: Sequence[Features], intents: Sequence[str], seed: int = 0) -> IntentModel:
    """Fit the members on features and their intents; calibration and threshold are left as they stand at the start."""
    numbers = DictVectorizer(sparse=True)
    glosses = TfidfVectorizer(token_pattern=_GLOSS_WORD, ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2, max_features=60_000)
    cue = sp.hstack(
        [
            numbers.fit_transform([one.numbers for one in features]),
            glosses.fit_transform([one.glosses for one in features]) * TEXT_SCALE,
        ]
    ).tocsr()
    text = characters.fit_transform([one.characters for one in features]) * TEXT_SCALE
    joint = sp.hstack([cue, text]).tocsr()
    for view in (glosses, characters):  # numpy's integers would each become a file of their own in the saved model
        view.vocabulary_ = {word: int(column) for word, column in view.vocabulary_.items()}
    labels = np.asarray(intents)
    flags = np.isin(labels, ["sale", "parts"]).astype(int)
    return IntentModel(
        numbers,
        glosses,
        characters,
        cue_member=_fitted(cue, labels, seed),
        joint_member=_fitted(joint, labels, seed),
        flag_member=_fitted(cue, flags, seed),
    )


def _fitted(view: sp.csr_matrix, labels: npt.NDArray[Any], seed: int) -> LogisticRegression:
    member = LogisticRegression(C=0.15, max_iter=3000, random_state=seed).fit(view, labels)
    # Steps of 1/4096 decide the same, and numbers that end in zero bits shrink the shipped file.
    member.coef_ = np.round(member.coef_ * 4096) / 4096
    member.intercept_ = np.round(member.intercept_ * 4096) / 4096
    return member
