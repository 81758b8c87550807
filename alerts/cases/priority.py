"""The prioritise stage: a case's priority is a sum of named reasons from a configuration file."""

import datetime as dt
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from models.database import Database
from models.errors import SettingsError
from models.leases import claim, finish
from models.tables import Assessment, Case, CasePost, Post, PostVersion
from models.weeks import utc_now

STAGE = "prioritise"
REFRESH = dt.timedelta(hours=6)
"""A case that waits for a person is weighed again after this time, since freshness fades."""
DEFAULT_FILE = Path(__file__).with_name("priority.toml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Fixed(_Part):
    """A reason that holds or not."""

    points: float
    text: str


class Counted(_Part):
    """A reason that grows with a number up to a bound."""

    points_each: float
    most: float


class Protected(_Part):
    """Legal protection by species; `species` says where each is listed."""

    points: float
    unknown: float
    species: dict[str, str]


class Fresh(_Part):
    """Fades by half every `half_life_days`."""

    points: float
    half_life_days: Annotated[float, Field(gt=0)]


class Confidence(_Part):
    """Times a probability."""

    points: float


class Weights(_Part):
    """All reasons with their points."""

    eyes_closed: Fixed
    neonate: Fixed
    cub: Fixed
    animals: Counted
    repeated_seller: Counted
    protected: Protected
    fresh: Fresh
    confidence: Confidence
    live_sale: Fixed
    parts: Fixed
    rehoming: Fixed
    wanted: Fixed
    gone: Fixed


@dataclass(frozen=True)
class Reason:
    """One named reason with its points, as the analyst reads it."""

    name: str
    text: str
    points: float


@dataclass(frozen=True)
class PostFacts:
    """What the priority needs to know of one post; `seen` is the stated date or first sight, UTC."""

    intent: str
    probability: float
    species: str | None
    eyes: str
    age_classes: Sequence[str]
    quantity: int | None
    seen: dt.datetime
    gone: bool


def load_weights(file: Path | None = None) -> Weights:
    """The weights of `file`, or those shipped; raises SettingsError with what is wrong."""
    file = file or DEFAULT_FILE
    try:
        return Weights.model_validate(tomllib.loads(file.read_text("utf-8-sig")))  # Windows' editor may add a mark
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file.name} is not valid TOML in UTF-8: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"{file.name} is wrong: {wrong}") from error
    except OSError as error:
        raise SettingsError(f"{file.name} cannot be read: {error.strerror}") from error


def weigh(posts: Sequence[PostFacts], weights: Weights, now: dt.datetime) -> list[Reason]:
    """The reasons that hold for a case of `posts` at `now`, strongest first; their points sum to its priority."""
    if not posts:
        return []
    offers = [p for p in posts if p.intent in {"sale", "parts"}]
    reasons = [*_welfare(posts, weights), *_intents(posts, weights)]
    # Of one post, not summed: a repost offers the same animals again.
    animals = max((p.quantity or 1 for p in offers if p.intent == "sale"), default=0)
    if animals > 1:
        points = min(weights.animals.points_each * (animals - 1), weights.animals.most)
        reasons.append(Reason("animals", f"at least {animals} animals offered", points))
    if len(posts) > 1:
        points = min(weights.repeated_seller.points_each * (len(posts) - 1), weights.repeated_seller.most)
        reasons.append(Reason("repeated_seller", f"{len(posts)} posts linked by seller or contact", points))
    if offers:
        reasons.append(_protection(offers, weights))
    newest = max(p.seen for p in posts)
    days = max((now - newest) / dt.timedelta(days=1), 0.0)
    fresh = weights.fresh.points * math.pow(0.5, days / weights.fresh.half_life_days)
    reasons.append(Reason("fresh", f"newest post is {_age_in_words(days)}", fresh))
    best = max(p.probability for p in posts)
    reasons.append(Reason("confidence", f"probability of an offer {_percent(best)}", weights.confidence.points * best))
    if all(p.gone for p in posts):
        reasons.append(Reason("gone", weights.gone.text, weights.gone.points))
    # Rounded one by one, so that what the analyst reads adds up.
    rounded = [Reason(r.name, r.text, round(r.points, 1)) for r in reasons]
    return sorted((r for r in rounded if r.points), key=lambda r: (-abs(r.points), r.name))


def _welfare(posts: Sequence[PostFacts], weights: Weights) -> list[Reason]:
    """The youngest animal decides; young animals count whatever the intent."""
    if any(p.eyes == "closed" for p in posts):
        return [Reason("eyes_closed", weights.eyes_closed.text, weights.eyes_closed.points)]
    ages = {age for p in posts for age in p.age_classes}
    if "neonate" in ages:
        return [Reason("neonate", weights.neonate.text, weights.neonate.points)]
    if "cub" in ages:
        return [Reason("cub", weights.cub.text, weights.cub.points)]
    return []


def _intents(posts: Sequence[PostFacts], weights: Weights) -> list[Reason]:
    found = {p.intent for p in posts}
    table = {"sale": weights.live_sale, "parts": weights.parts, "rehoming": weights.rehoming, "wanted": weights.wanted}
    names = {"sale": "live_sale"}
    return [Reason(names.get(i, i), part.text, part.points) for i, part in table.items() if i in found]


def _protection(offers: Sequence[PostFacts], weights: Weights) -> Reason:
    for species, where in weights.protected.species.items():
        if any(p.species == species for p in offers):
            return Reason("protected", f"{species}: {where}", weights.protected.points)
    return Reason("protected", "otter, species unknown: most are in CITES Appendix I", weights.protected.unknown)


def _age_in_words(days: float) -> str:
    if days < 1:
        return "less than a day old"
    return f"{int(days)} day{'s' if int(days) != 1 else ''} old"


def prioritise(database: Database, *, holder: str, weights: Weights, limit: int = 200) -> int:
    """Weigh the next cases that changed or whose priority has aged; gives how many, 0 when nothing waits."""
    now = utc_now()
    waiting = (
        select(Case.id)
        .where(
            Case.status != "merged",
            or_(Case.stale, and_(Case.status.in_(["open", "needs_more"]), Case.prioritised_at < now - REFRESH)),
        )
        .order_by(Case.stale.desc(), Case.id)
    )
    ids = claim(database, STAGE, waiting, holder=holder, limit=limit)
    if not ids:
        return 0
    with database.writing() as session:  # reads and writes together: a post added meanwhile makes it stale again
        facts = facts_of(session, ids)
        rows: list[dict[str, Any]] = []
        for case_id in ids:
            reasons = weigh(facts.get(case_id, []), weights, now)
            rows.append(
                {
                    "id": case_id,
                    "priority": round(sum(r.points for r in reasons), 1),
                    "reasons": [{"name": r.name, "text": r.text, "points": r.points} for r in reasons],
                    "prioritised_at": now,
                    "stale": False,
                }
            )
        session.execute(update(Case), rows)
        finish(session, STAGE, ids, holder=holder)
    return len(ids)


def facts_of(session: Session, case_ids: Sequence[int]) -> dict[int, list[PostFacts]]:
    """The facts of the newest assessment of the newest version of every post of these cases."""
    rows = session.execute(
        select(
            CasePost.case_id,
            Post.id.label("post_id"),
            func.coalesce(Post.posted_at, Post.first_seen).label("seen"),
            Post.gone_at,
            Assessment.intent,
            Assessment.field_probability,
            Assessment.species,
            Assessment.eyes,
            Assessment.facts,
        )
        .join(Post, Post.id == CasePost.post_id)
        .join(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.current_number))
        .join(Assessment, Assessment.version_id == PostVersion.id)
        .where(CasePost.case_id.in_(case_ids))
        .order_by(CasePost.case_id, Post.id, Assessment.id)
    )
    newest: dict[int, dict[int, PostFacts]] = {}
    for row in rows:
        newest.setdefault(row.case_id, {})[row.post_id] = PostFacts(
            intent=row.intent,
            probability=row.field_probability,
            species=row.species,
            eyes=row.eyes,
            age_classes=row.facts.get("age_classes") or [],
            quantity=row.facts.get("quantity"),
            seen=row.seen,
            gone=row.gone_at is not None,
        )
    return {case_id: list(posts.values()) for case_id, posts in newest.items()}


def _percent(probability: float) -> str:
    """In words that never claim certainty."""
    return "over 99%" if probability > 0.99 else f"{probability:.0%}"
