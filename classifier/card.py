"""Writes the model card: what the model is, how well it does and on what, and what it is bad at."""

from collections.abc import Mapping
from typing import Any

from classifier.assessment import FIELD_PRIOR
from classifier.evaluation import EvaluationReport

_LIMITS = """
- **All posts it was trained and measured on were invented**, by writers who took many personas in nine languages. No
  real advert was used. Real posts will differ; expect lower figures until analysts' decisions have been learnt from.
- **Refusals that are none.** "Not for sale, but inbox me" and a true "not for sale" are often confused: of the
  held-out posts tagged `negated` little more than half are flagged rightly.
- **Offers that only hint.** Posts that name neither the animal nor a price ("the whiskered ones have landed, old
  customers know") are missed more often than others, and those with no hint in the text (a picture alone) always.
- **A reply out of context** ("still available?") is read alone and often cannot be told from another subject.
- **Gift, fee or sale.** Posts that give an otter away for "milk money" and those that ask for nothing differ in a
  few words.
- **Facts.** Prices of one animal in a mixed list, ages given as dates and counts given only by emoji are often left
  empty. A species is reported only when named; folk names stay `unspecified`.
- **Romanised Khmer and dialects** (Kelantan Malay, Isan Thai, Cantonese, Visayan) are covered thinly.
- **It judges words, never people.** A flag means that a text probably offers otters; it is no finding about who
  wrote it.
""".strip()


def model_card(card: Mapping[str, Any], report: EvaluationReport) -> str:
    """Give the text of docs/model-card.md from a model's card and its evaluation on the held-out posts."""
    validation = card.get("cross_validation", {})
    return "\n".join(
        [
            "# Model card",
            "",
            f"Otterwatch intent model {card.get('version')}, trained {card.get('trained_at')} on "
            f"{validation.get('posts')} invented posts in nine languages,",
            f"with scikit-learn {card.get('sklearn')}; saved with skops, SHA-256 `{card.get('sha256')}`.",
            "",
            "Linear classifiers over glossed cues and their crossings, English glosses, facts and folded character",
            "n-grams, averaged and calibrated (Platt) by cross-validation over situations. Facts are read by rules.",
            "",
            "## Held-out posts",
            "",
            "Written by other hands, measured once, when the model was finished: nothing was trained, chosen or mended",
            "on them. Some 40 % are to be flagged, a third are hard negatives, a third of the offers are disguised.",
            "",
            report.as_markdown(),
            "## Cross-validation on the training posts",
            "",
            f"F1 {validation.get('f1')}, average precision {validation.get('average_precision')}, intent accuracy "
            f"{validation.get('intent_accuracy')} over folds that never share a situation;",
            f"{validation.get('lost_by_prefilter')} of the posts to be flagged are lost by the prefilter.",
            "A fifth of the training posts were read while the lexicons were mended: these figures flatter a little.",
            "",
            "## Two probabilities",
            "",
            f"`probability` is calibrated where about {100 * float(card.get('prior', 0.4)):.0f} % of posts are offers.",
            f"`field_probability` moves it to an assumed share of {100 * FIELD_PRIOR:.0f} % among what the",
            "prefilter lets through in the field (Saerens et al. 2002); the queue is ordered by the latter.",
            "",
            "## What it is bad at",
            "",
            _LIMITS,
            "",
        ]
    )
