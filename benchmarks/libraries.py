"""Libraries of any size for measuring speed, made from real text: sentences of real documents put together to paragraphs and reports.

Small ones are written as files and indexed like any other. Large ones go straight into an index, and their vectors are sampled: mixtures of
the vectors of real sentences, which lie as real ones do, so that a million passages take minutes and not days.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.attribution.wording import load_wording
from index.database import Database
from index.embed import Vectors, load_embedder
from index.meeting import Meeting
from index.names import load_names
from index.report import Attribution, Block, Passage, Report
from index.sentences import Sentence, split_sentences
from index.stored import Analysed, FileState
from index.vectors_file import bring_up_to_date

SHARED = Path(__file__).parents[2] / "shared" / "retrieval"
PER_PASSAGE = 3
PER_REPORT = 25
_PLACES = ("Riga", "Suva", "Oslo", "Almaty", "Busan", "Lagos", "Quito", "Hanoi")
_HELD = ("unattributed", "none"), ("some", "stated"), ("everyone", "agreed"), ("some", "concerned"), ("delegation", "supported")


def real_sentences(count: int, folder: Path = SHARED) -> list[str]:
    """`count` different sentences of 6 to 60 words from the `corpus.jsonl` files under `folder`, from all over them."""
    found: dict[str, None] = {}
    for file in sorted(folder.glob("*/corpus.jsonl")):
        texts = [json.loads(line)["text"] for line in file.read_text("utf-8").split("\n") if line.strip()]
        random.Random(1).shuffle(texts)
        enough = len(found) + count
        for text in texts:
            found |= {s: None for a in split_sentences(text, 0, len(text)) if 6 <= len((s := text[a.start : a.end]).split()) <= 60}
            if len(found) > enough:
                break
    if len(found) < count:
        raise SystemExit(f"{folder}: holds only {len(found)} sentences. Ask for fewer passages, or name another --corpus.")
    chosen = list(found)
    random.Random(2).shuffle(chosen)
    return chosen[:count]


def write_reports(folder: Path, sentences: Sequence[str], first: int = 0) -> list[str]:
    """Write reports of these sentences, each used once, as text files; gives the paragraphs. `first` numbers the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paragraphs = [" ".join(sentences[n : n + PER_PASSAGE]).replace("\n", " ") for n in range(0, len(sentences), PER_PASSAGE)]
    for number, start in enumerate(range(0, len(paragraphs), PER_REPORT), start=first):
        title, held = _title(number)
        body = "\n\n".join(paragraphs[start : start + PER_REPORT])
        (folder / f"report-{number:05}.txt").write_text(f"{title}\n\n{held}\n\nDiscussion\n\n{body}\n", "utf-8")
    return paragraphs


def fill(index: Path, passages: int, sentences: Sequence[str], vectors: Vectors) -> None:
    """Put reports of so many passages into the index folder, without files: sentences drawn anew, vectors sampled."""
    draw, embedder = np.random.default_rng(passages), load_embedder()
    with closing(Database(index, write=True)) as database:
        with database.transaction(write=True):
            facts = {"model": embedder.name, "weights": embedder.fingerprint, "dimension": str(embedder.dimension)}
            database.set_facts({**facts, "names": load_names().to_json(), "wording": load_wording().to_json()})
        have = len(database.files())
        for start in range(have, have + -(-passages // PER_REPORT), 200):
            with database.transaction(write=True):
                for number in range(start, min(start + 200, have + -(-passages // PER_REPORT))):
                    database.put(sampled_report(number, sentences, vectors, draw))
        bring_up_to_date(index, database)


def questions(sentences: Sequence[str], count: int) -> list[str]:
    """Questions about what the sentences tell of: their longest words, in the ways that people ask."""
    ways = (
        "What was said about {}?",
        "Did participants agree on {}?",
        "Who raised concerns about {}?",
        "{}",
        "What do the reports say on {}?",
    )
    found = []
    for n, sentence in enumerate(random.Random(3).sample(list(sentences), count)):
        words = sorted({w.strip(".,;:()\"'") for w in sentence.split()}, key=lambda w: (-len(w), w))[: 2 + n % 3]
        found.append(ways[n % len(ways)].format(" and ".join(words)))
    return found


def _title(number: int) -> tuple[str, str]:
    series = f"Dialogue {number // 20 + 1} on Regional Questions"
    year, month, place = 2000 + number % 20, 1 + number % 12, _PLACES[number % len(_PLACES)]
    return (
        f"{series}: Report {number % 20 + 1}",
        f"Round {number % 20 + 1} of the {series} was held in {place} on {1 + number % 27}.{month}.{year}.",
    )


def sampled_report(number: int, sentences: Sequence[str], vectors: Vectors, draw: np.random.Generator) -> Analysed:
    """A report of sentences drawn anew, with sampled vectors."""
    title, _ = _title(number)
    text = f"{title}\n\n"
    passages, attributions, blocks = [], [], [Block("heading", 0, len(title), level=1)]
    chosen = draw.integers(0, len(sentences), (PER_REPORT, PER_PASSAGE))
    for paragraph, members in enumerate(chosen):
        begin, spans = len(text), []
        for member in members:
            spans.append(Sentence(len(text), len(text) + len(sentences[member])))
            text += sentences[member] + " "
            scope, act = _HELD[int(member) % len(_HELD)]
            who = ("Japan",) if scope == "delegation" else ()
            attributions.append(Attribution(spans[-1].start, spans[-1].end, scope, who, act))  # type: ignore[arg-type]
        passages.append(Passage("body", begin, len(text) - 1, paragraph + 1, ((0, len(title)),), tuple(spans)))
        blocks.append(Block("body", begin, len(text) - 1))
        text += "\n\n"
    mixed = _mixtures(vectors, chosen.ravel(), draw)
    whole = mixed.reshape(PER_REPORT, PER_PASSAGE, -1).sum(axis=1)
    report = Report(f"report-{number:05}.txt", text, tuple(blocks))
    state = FileState(report.sha256, len(text), 0)
    return Analysed(report, state, Meeting(title), tuple(passages), tuple(attributions), _unit(whole), mixed)


def _mixtures(vectors: Vectors, chosen: np.ndarray, draw: np.random.Generator) -> Vectors:
    """The vector of each chosen sentence, drawn towards those of two others, so that no two are alike."""
    weights = draw.dirichlet([2.0, 0.5, 0.5], len(chosen)).astype(np.float32)
    others = draw.integers(0, len(vectors), (2, len(chosen)))
    mixed = sum(weights[:, n : n + 1] * vectors[rows] for n, rows in enumerate((chosen, *others)))
    return _unit(mixed + draw.standard_normal(mixed.shape).astype(np.float32) * 0.005)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
