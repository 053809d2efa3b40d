"""Read mutated reports, thousands of them: python benchmarks/fuzz.py [--files 5000] [--first 0] [--hostile] [FOLDER]

Each file is a mutation of a report of FOLDER (default: documents/), made from its number, and is read in the guarded children as a rebuild
does it; one in four is analysed, too. Counted are hangs (over 20 seconds), crashes of a child, defects (an exception that is no sentence
for a person, or an invariant broken), and files that are read or refused. A crash of this process would be seen. Defects are printed with
their numbers.

With `--hostile` it reads the files of tests/hostile.py instead, one child for each, at full size and within the limits in force: how long
each took, of the processor and on the clock, beside what it may take.
"""

from __future__ import annotations

import argparse
import collections
import resource
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
from index.readers.limits import LIMITS, ON_THE_CLOCK, Limits  # noqa: E402
from tests.hostile import FILES, PAGES  # noqa: E402
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
    parser.add_argument("--hostile", action="store_true", help="read the files of tests/hostile.py instead")
    wanted = parser.parse_args()
    if wanted.hostile:
        return read_hostile()
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


def read_hostile() -> int:
    """Read each hostile file and print what it took; 1 when one went more than two seconds beyond its limit."""
    words = Words(load_names(ROOT / "names.toml"), load_wording(ROOT / "words.toml"), Corrections())
    beyond = 0
    print(f"{'file':26} {'MB':>5} {'processor':>9} {'of':>4} {'clock':>6} {'of':>4}")
    with tempfile.TemporaryDirectory() as home:
        for name, build in FILES.items():
            path = Path(home, name)
            path.write_bytes(build())
            allowed = LIMITS.time(path.stat().st_size, PAGES.get(name, 0))
            began, worked = time.monotonic(), _of_children()
            ((_, outcome),) = read_guarded([(path, name)], 1, then=words.read)
            took, worked = time.monotonic() - began, _of_children() - worked
            size = path.stat().st_size / 1_000_000
            line = f"{name:26} {size:5.1f} {worked:9.1f} {allowed:4.0f} {took:6.1f} {ON_THE_CLOCK * allowed:4.0f}"
            print(f"{line} {outcome if isinstance(outcome, UnreadableReport) else 'read'}", flush=True)
            beyond += worked > allowed + 2 or took > ON_THE_CLOCK * allowed + 2
            path.unlink()
    print(f"{len(FILES)} files; {beyond} more than 2 seconds beyond their limit")
    return int(beyond > 0)


def _of_children() -> float:
    """Seconds of the processor that children which have ended have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
