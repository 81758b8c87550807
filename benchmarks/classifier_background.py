"""Measures on real ordinary text what the prefilter lets through and what the model then flags, and how fast both are.

Run as `python benchmarks/classifier_background.py [FOLDER]`; the folder holds gzipped JSON lines with `text`,
one file a language.
"""

import gzip
import json
import sys
import time
from pathlib import Path

from classifier.assessment import Classifier, Post
from classifier.prefilter import may_concern_otters

FOLDER = Path("../shared/data/background")


def main(folder: Path) -> None:
    """Print a table: language, posts, survivors, posts flagged, posts a second of processor time."""
    if not folder.is_dir():
        print(f"skipped: there is no folder {folder}; give the folder of background texts")
        return
    classifier = Classifier.load()
    may_concern_otters("warm up")
    print("| language | posts | survive | % | flagged | prefilter posts/s |")
    print("| --- | --- | --- | --- | --- | --- |")
    total = [0, 0, 0]
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            texts = [json.loads(line)["text"] for line in file]
        start = time.process_time()
        survivors = [text for text in texts if may_concern_otters(text)]
        seconds = time.process_time() - start
        flagged = sum(found.flagged for found in classifier.assess_many([Post(text) for text in survivors]))
        share = 100 * len(survivors) / len(texts)
        print(
            f"| {path.name.split('.')[0]} | {len(texts)} | {len(survivors)} | {share:.3f} | {flagged} | "
            f"{len(texts) / seconds:.0f} |"
        )
        total = [a + b for a, b in zip(total, (len(texts), len(survivors), flagged), strict=True)]
    print(f"| all | {total[0]} | {total[1]} | {100 * total[1] / total[0]:.3f} | {total[2]} | |")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
