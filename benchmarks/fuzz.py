"""Read mutated reports, thousands of them: python benchmarks/fuzz.py [--files 5000] [--first 0] [FOLDER]

Each file is a mutation of a report of FOLDER (default: documents/), made from its number, and is read in the guarded children as a rebuild
does it; one in four is analysed, too. Counted are hangs (over 20 seconds), crashes of a child, defects (an exception that is no sentence
for a person, or an invariant broken), and files that are read or refused. A crash of this process would be seen. Defects are printed with
their numbers.
"""

from __future__ import annotations

import argparse
import collections
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from index.analysis import Words  # noqa: E402
from index.attribution.wording import load_wording  # noqa: E402
from index.corrections import Corrections  # noqa: E402
from index.errors import ReadingEnded, UnreadableReport  # noqa: E402
from index.names import load_names  # noqa: E402
from index.readers.guard import read_guarded  # noqa: E402
from index.readers.limits import Limits  # noqa: E402
from tests.mutating import DEFECT, Checking, mutated, read_noting, seeds  # noqa: E402

_AT_ONCE = 250  # files on the disk


def main() -> int:
    """Run it and print the figures; 1 when something hung or was defective."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "documents")
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--every", type=int, default=4, help="analyse one file in so many as a rebuild does; read all of them")
    parser.add_argument("--seconds", type=float, default=20)
    wanted = parser.parse_args()
    good = seeds(wanted.folder)
    words = Words(load_names(ROOT / "names.toml"), load_wording(ROOT / "words.toml"), Corrections())
    limits = Limits(seconds=wanted.seconds, seconds_per_mb=0, seconds_per_page=0, seconds_at_most=wanted.seconds)
    counts: collections.Counter[str] = collections.Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        for first in range(wanted.first, wanted.first + wanted.files, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, wanted.first + wanted.files))
            folder = Path(home, str(first))
            folder.mkdir()
            made = [mutated(good, number) for number in numbers]
            for seed in made:
                (folder / seed.name).write_bytes(seed.data)
            for name, outcome in read_guarded(
                [(folder / s.name, s.name) for s in made], 1, limits, read_noting, Checking(words, wanted.every)
            ):
                kind = kind_of(outcome)
                counts[kind] += 1
                if kind not in ("read", "refused"):
                    print(f"{kind}: {name}: {outcome}", flush=True)
            shutil.rmtree(folder)
            print(f"{sum(counts.values())} files, {time.monotonic() - began:.0f} s: {dict(counts)}", flush=True)
    return int(any(counts[kind] for kind in ("defect", "hang", "crash")))


def kind_of(outcome: object) -> str:
    """One word for what came of a file."""
    told = str(outcome)
    if isinstance(outcome, ReadingEnded):
        return "hang" if "too long" in told else "out of memory" if "memory" in told else "crash"
    if isinstance(outcome, UnreadableReport):
        return "defect" if told.startswith(DEFECT) else "refused"
    return "read"


if __name__ == "__main__":
    sys.exit(main())
