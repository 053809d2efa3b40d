"""The weights by which `qa/cover.py` decides whether a sentence covers a question, fitted on judged sets of dialogues.

    python benchmarks/coverage.py [SET...] [--keep FOLDER]

A set is a folder with gold.json and reports/ (without: the sample library's documents/); by default tests/sample, and, where it is at
hand, ../shared/dialogues/dev. Of each question with a topic, every candidate sentence is an example: good if the gold quotes it, else bad,
the nearest bad ones only. Three logistic models (L2, Newton's method) are fitted: `topic` on the evidence of the topic, `alone`
on the same for questions that ask for neither holder nor act, and `answer` on holder, act and meeting as well. Prints for each

  - the weights fitted on each set and on all, beside those in use;
  - the area under the ROC curve on each set, of weights fitted on the other sets: how well they carry over;
  - over thresholds, questions that would be refused though a gold sentence is there, and answered though none is.

Weights in use are rounded by hand, and a threshold is chosen from the last table; neither is written back by this program.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index import rebuild
from index.store import Snapshot
from qa import cover
from qa.answer import _passes, _read
from qa.conversation import standalone
from qa.cover import Candidate, find_candidates
from qa.dialogue_set import fold
from qa.filters import make_filters
from qa.library import open_snapshot

ROOT = Path(__file__).parents[1]
SETS = (ROOT / "tests" / "sample", ROOT.parent / "shared" / "dialogues" / "dev")
EVIDENCE = ("words", "context", "meaning", "around", "asked", "names", "unseen", "lacks")
SLOTS = ("held", "fits", "scoped", "narration")
# Says nothing that `asked` does not say better: fitted together the two share their weight at random.
LEFT_OUT = ("meaning",)
NEAREST = 25  # bad examples of a question; the rest are told apart by anything
ABSENT = 2.5  # weight of a question that no report covers, against 1 for one that is covered: there are fewer, and a false answer is worse
L2 = 1e-3
THRESHOLDS = (-1.0, -0.6, -0.4, -0.2, 0.0, 0.3, 0.6, 1.0)

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set, whether it asks for holder or act, and per candidate its features and whether the gold quotes it."""

    text: str
    status: str
    slots: bool
    features: Numbers
    gold: npt.NDArray[np.bool_]


def main() -> None:
    """Index the sets, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET", default=[s for s in SETS if s.is_dir()])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the indexes here, and use those that are there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        asked = {folder.name: list(questions_of(folder, (given.keep or Path(temporary)) / folder.name)) for folder in given.sets}
    for name, questions in asked.items():
        print(f"{name}: {len(questions)} questions with a topic, {sum(len(q.gold) for q in questions)} candidates")
    print_model("topic", asked, len(EVIDENCE), (*cover.TOPIC_WEIGHTS, cover.TOPIC_OFFSET))
    alone = {name: [q for q in own if not q.slots] for name, own in asked.items()}
    print_model("alone", alone, len(EVIDENCE), (*cover.ALONE_WEIGHTS, cover.ALONE_OFFSET))
    print_model("answer", asked, len(EVIDENCE) + len(SLOTS), (*cover.WEIGHTS, cover.OFFSET))


def questions_of(folder: Path, index: Path) -> Iterator[Asked]:
    """The questions of a set that have a topic and candidates."""
    gold = json.loads((folder / "gold.json").read_text("utf-8"))
    reports = folder / "reports"
    rebuild(reports if reports.is_dir() else ROOT / "documents", index)
    with open_snapshot(index) as snapshot:
        for question in gold["questions"]:
            candidates = candidates_of(snapshot, question)
            if not candidates:
                continue
            features = np.array([(*c.evidence, *c.slots) for c in candidates], np.float64)
            if features.shape[1] != len(EVIDENCE) + len(SLOTS):
                sys.exit("qa/cover.py has other evidence now: name it in EVIDENCE and SLOTS of this program")
            slots = any(c.held is not None or c.fits is not None for c in candidates)
            yield Asked(question["question"], question["status"], slots, features, np.array(quoted(snapshot, question, candidates)))


def candidates_of(snapshot: Snapshot, question: Mapping[str, Any]) -> list[Candidate]:
    """What `ask` would choose from; nothing for questions without a topic or about the meeting itself."""
    filters = make_filters(snapshot, **question.get("filters", {}))
    asked, scope = _read(snapshot, standalone(snapshot, question["question"], question.get("history", ())))
    if asked.about != "topic" or not asked.terms:
        return []
    rows = {r.id for r in snapshot.reports if filters.allows(r)}
    rows = rows if scope.rows is None else rows & scope.rows
    found = find_candidates(snapshot, asked, rows, scoped=scope.rows is not None)
    return [c for c in found if _passes(c, filters)]


def quoted(snapshot: Snapshot, question: Mapping[str, Any], candidates: Sequence[Candidate]) -> list[bool]:
    """Which of the candidates the gold quotes."""
    paths = {r.id: r.path for r in snapshot.reports}
    wanted = [(w["report"], fold(w["text"])) for w in (*question.get("must_quote", ()), *question.get("any_quote", ()))]
    marks = []
    for s in (c.sentence for c in candidates):
        text = fold(snapshot.text(s.report)[s.start : s.end])
        marks.append(any(report == paths[s.report] and words in text for report, words in wanted))
    return marks


def print_model(name: str, asked: Mapping[str, Sequence[Asked]], width: int, in_use: Sequence[float]) -> None:
    """One model: weights, how they carry over, thresholds."""
    # Of a partial answer the gold quotes what there is instead, which fits neither holder nor act.
    sets = {key: [q for q in own if width == len(EVIDENCE) or q.status != "partial"] for key, own in asked.items()}
    everything = [q for own in sets.values() for q in own]
    columns = {"in use": np.array(in_use), "all": fit(*examples(everything, width))}
    columns |= {key: fit(*examples(own, width)) for key, own in sets.items()} if len(sets) > 1 else {}
    print(f"\n{name}\n{'':12}" + "".join(f"{column:>10}" for column in columns))
    for row, part in enumerate((*(*EVIDENCE, *SLOTS)[:width], "offset")):
        print(f"{part:12}" + "".join(f"{weights[row]:10.2f}" for weights in columns.values()))
    for key in sets if len(sets) > 1 else ():
        others = fit(*examples([q for other in sets if other != key for q in sets[other]], width))
        beside = {"of the others": others, "in use": columns["in use"]}
        print(f"AUC on {key}: " + ", ".join(f"{auc(w, sets[key], width):.3f} by the weights {of}" for of, w in beside.items()))
    print(f"{'threshold':12}" + "".join(f"{threshold:10.1f}" for threshold in THRESHOLDS))
    for column in ("in use", "all"):
        there, absent = best_scores(columns[column], everything, width)
        refused = [f"{(there < t).sum()}/{len(there)}" for t in THRESHOLDS]
        answered = [f"{(absent >= t).sum()}/{len(absent)}" for t in THRESHOLDS]
        print(f"weights {column}\n{'  refused':12}" + "".join(f"{r:>10}" for r in refused))
        print(f"{'  answered':12}" + "".join(f"{a:>10}" for a in answered))


def examples(asked: Sequence[Asked], width: int) -> tuple[Numbers, Numbers, Numbers]:
    """(features, 1 for good or 0 for bad, weight): each question's good examples weigh 1 together, and so do its bad ones."""
    features: list[Numbers] = []
    good: list[float] = []
    weights: list[float] = []
    for q in asked:
        absent = q.status == "not_covered"
        if not absent and not q.gold.any():
            continue
        rough = q.features[:, 0] + q.features[:, 1] + 2 * q.features[:, 2]
        bad = sorted(np.flatnonzero(~q.gold), key=rough.__getitem__, reverse=True)[:NEAREST]
        for rows, mark, weight in ((np.flatnonzero(q.gold), 1.0, 1.0), (bad, 0.0, ABSENT if absent else 1.0)):
            features += [chosen(q.features[n], width) for n in rows]
            good += [mark] * len(rows)
            weights += [weight / max(len(rows), 1)] * len(rows)
    return np.array(features), np.array(good), np.array(weights)


def chosen(features: Numbers, width: int) -> Numbers:
    """The features of a model, those left out set to 0."""
    kept = np.array([part not in LEFT_OUT for part in (*EVIDENCE, *SLOTS)[:width]], np.float64)
    return features[..., :width] * kept


def fit(features: Numbers, good: Numbers, weights: Numbers) -> Numbers:
    """Weights and, last, the offset of the logistic model; the offset is not held small."""
    x = np.c_[features, np.ones(len(features))]
    small = np.diag([L2] * features.shape[1] + [1e-9])
    found = np.zeros(x.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-x @ found))
        slope = x.T @ (weights * (p - good)) / weights.sum() + small @ found
        curve = (x * (weights * p * (1 - p))[:, None]).T @ x / weights.sum() + small
        step = np.linalg.solve(curve, slope)
        found -= step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-8:
            break
    return found


def score(weights: Numbers, features: Numbers, width: int) -> Numbers:
    """The model's value for each row: above 0 more likely good than not."""
    return np.asarray(chosen(features, width) @ weights[:-1] + weights[-1])


def auc(weights: Numbers, asked: Sequence[Asked], width: int) -> float:
    """How often a good example stands above a bad one, ties counted half."""
    features, good, _ = examples(asked, width)
    values = score(weights, features, width)
    above, below = values[good == 1][:, None], values[good == 0][None, :]
    return float((above > below).mean() + (above == below).mean() / 2)


def best_scores(weights: Numbers, asked: Sequence[Asked], width: int) -> tuple[Numbers, Numbers]:
    """(best value of a gold sentence, of each question that has one; best value of any, of each that no report covers)."""
    there, absent = [], []
    for q in asked:
        values = score(weights, q.features, width)
        if q.status == "not_covered":
            absent.append(values.max())
        elif q.gold.any():
            there.append(values[q.gold].max())
    return np.array(there), np.array(absent)


if __name__ == "__main__":
    main()
