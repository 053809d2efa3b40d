"""Kill rebuilds, thousands of times, while a reader asks: python benchmarks/stress.py [--kills 2000] [--power] [--seed 1]

Every kill is signal 9, at a random input or output of the rebuild or at a random moment. After each, all that was finished must be there;
after every tenth, the next rebuild must complete the rest. The reader's answers are held against the texts. With `--power` each kill
first undoes a random half of what no fsync has brought to the disk, as if the power had failed; then no reader asks.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.crashing import Campaign, Job, Place, reading


def main() -> None:
    """Run the campaign and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--power", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        campaign = Campaign(Place(Path(home)), wanted.seed, power=wanted.power)
        began = time.monotonic()
        if wanted.power:
            kill(campaign, wanted.kills, None)
        else:
            with reading(campaign.place.index) as reader:
                kill(campaign, wanted.kills, reader)
        took = time.monotonic() - began
        print(f"{campaign.kills} kills, {campaign.ended} rebuilds that ended first, {took:.0f} seconds: nothing lost, nothing wrong")


def kill(campaign: Campaign, kills: int, reader: Job | None) -> None:
    """Kill so many times, and check."""
    asked = 0
    while campaign.kills < kills:
        before = campaign.kills
        campaign.kill()
        if campaign.kills == before:
            continue
        if campaign.power or campaign.kills % 3 == 0:
            campaign.check()
        if campaign.kills % 10 == 0:
            campaign.finish()
        if reader is not None:
            assert reader.read(0.001), "the reader has ended"
            wrong = [line for line in reader.lines if line.startswith("error")]
            assert not wrong, "\n".join(json.loads(line[6:]) for line in wrong)
            asked += len(reader.lines)
            reader.lines.clear()
        if campaign.kills % 100 == 0:
            print(f"{campaign.kills} kills; {asked} rounds of questions by the reader", flush=True)


if __name__ == "__main__":
    main()
