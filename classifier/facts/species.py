"""Names the species that a post says its otters are, never guessing beyond its words."""

from collections import Counter
from collections.abc import Sequence

from classifier.cues import Match


def species_of(cues: Sequence[Match], otters: bool) -> str | None:
    """Give the species named most often among the cues; `unspecified` for otters without one, None where no otter is
    meant.

    `otters` says whether the post is about otters at all, also when it only hints at them.
    """
    named = Counter(
        cue.entry.species
        for cue in cues
        if cue.entry.species and cue.entry.species != "unspecified" and cue.kind != "counter"
    )
    if named:
        return named.most_common(1)[0][0]
    return "unspecified" if otters else None
