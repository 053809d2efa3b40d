"""What the checks let through of an honest model and of liars, on the questions of a judged set; and how much longer an answer takes.

    python benchmarks/llm.py [SET] [--index DIR] [--show]

SET is a folder with gold.json and reports/ (default: ../shared/dialogues/dev). No model is asked and no network reached: the models are the
scripted ones of tests/scripted_models.py, behind a real endpoint on loopback. A lie that is shown would be a fault; --show prints each, and
what of the honest was dropped.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from index import rebuild  # noqa: E402
from qa import ask  # noqa: E402
from qa.contract import Answer, ModelBrief  # noqa: E402
from qa.library import open_snapshot  # noqa: E402
from qa.model.endpoint import Endpoint  # noqa: E402
from qa.model.prompt import brief_messages  # noqa: E402
from qa.model.write import make_judge, write_brief  # noqa: E402
from tests.scripted_endpoint import Body, Play, given, scripted, sentences  # noqa: E402
from tests.scripted_models import Said, honest, lies  # noqa: E402


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("set", nargs="?", type=Path, default=ROOT.parent / "shared" / "dialogues" / "dev", metavar="SET")
    parser.add_argument("--index", type=Path, help="an index of the set made before")
    parser.add_argument("--show", action="store_true", help="print lies that were shown, and honest sentences that were dropped")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        index = options.index or Path(temporary)
        rebuild(options.set / "reports", index)
        gold = json.loads((options.set / "gold.json").read_text("utf-8"))
        answers, took = answered(gold["questions"], index)
        print(f"{len(gold['questions'])} questions, {len(answers)} with statements to arrange")
        told(answers, index, show=options.show)
        spoken(answers, took, index)
    return 0


def answered(questions: list[Body], index: Path) -> tuple[list[Answer], list[float]]:
    """The answers that have statements, and the seconds each took."""
    answers, took = [], []
    for q in questions:
        begun = time.perf_counter()
        answer = ask(q["question"], history=q.get("history", ()), index=index, **q.get("filters", {}))
        if answer.status != "not_covered" and (answer.statements or answer.nearest):
            answers.append(answer)
            took.append(time.perf_counter() - begun)
    return answers, took


def told(answers: list[Answer], index: Path, *, show: bool) -> None:
    """Every honest sentence and every lie, held against the checks one by one: each answer's statements once."""
    tried: dict[str, Counter[str]] = defaultdict(Counter)
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: Counter[str] = Counter()
    honest_shown = honest_said = 0
    seen: set[Said] = set()
    with open_snapshot(index) as snapshot:
        for answer in answers:
            judge, put = make_judge(answer, snapshot), given({"messages": brief_messages(answer)})
            for text, numbers in honest(put):
                held = judge.judge(text, numbers)
                honest_said += 1
                honest_shown += all(h.labels for h in held)
                reasons.update(h.reason for h in held if not h.labels)
                if show and not all(h.labels for h in held):
                    print(f"  honest, dropped ({', '.join(h.reason for h in held)}): {text}")
            for family, kind, (text, numbers) in lies(put):
                marked = (text, tuple(judge.statements[n - 1].citation.start if n <= len(judge.statements) else -n for n in numbers))
                if marked in seen:
                    continue
                seen.add(marked)
                tried[family][kind] += 1
                if all(h.labels for h in judge.judge(text, numbers)):
                    shown[family][kind] += 1
                    if show:
                        print(f"  lie shown ({family}: {kind}): {text}\n      {[judge.statements[n - 1].quote for n in numbers]}")
    print(f"honest sentences: {honest_shown} of {honest_said} shown; dropped for {dict(reasons.most_common())}")
    print("lies, each told of every statement it can be told of:")
    for family, kinds in tried.items():
        for kind, count in kinds.items():
            passed = shown[family][kind]
            print(f"  {family:10} {kind:28} {count - passed:5} of {count:5} caught" + (f"   {passed} SHOWN" if passed else ""))
    lies_told, lies_shown = sum(c.total() for c in tried.values()), sum(c.total() for c in shown.values())
    print(f"  together: {lies_told - lies_shown} of {lies_told} caught ({(lies_told - lies_shown) / lies_told:.2%})")


def spoken(answers: list[Answer], took: list[float], index: Path) -> None:
    """The same through the endpoint: briefs written and withheld, sentences shown and dropped, seconds added to an answer."""
    print("through the endpoint, which speaks at once:")
    for name, speak in (("honest", honest), ("lying", _lying)):
        briefs: list[ModelBrief] = []
        longer: list[float] = []
        with scripted(lambda body, speak=speak: Play(sentences(*speak(given(body))), piece=4000)) as endpoint:  # type: ignore[misc]
            for answer in answers:
                begun = time.perf_counter()
                *_, last = write_brief(answer, Endpoint(endpoint.url, name), index=index)
                longer.append(time.perf_counter() - begun)
                assert isinstance(last, ModelBrief)
                briefs.append(last)
        status = Counter(b.status for b in briefs)
        kept, dropped = sum(len(b.sentences) for b in briefs), sum(sum(b.dropped.values()) for b in briefs)
        print(
            f"  {name:7} {dict(status)}; {kept} sentences shown, {dropped} dropped; median answer {statistics.median(took):.3f} s, "
            f"median longer {statistics.median(longer):.3f} s (slowest {max(longer):.3f} s)"
        )


def _lying(put: Body) -> list[Said]:
    """One lie of each family, in turn through the kinds."""
    by_family: dict[str, list[Said]] = defaultdict(list)
    for family, _, said in lies(put):
        by_family[family].append(said)
    turn = len(str(put["question"]))
    return [told_of[turn % len(told_of)] for told_of in by_family.values()]


if __name__ == "__main__":
    sys.exit(main())
