"""What lies in the rows of an index in Milvus, to and fro: reports in pieces, passages and sentences with their places and stems."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from index.embed import Vectors
from index.milvus import IDLE, PER_REPORT, Milvus, Row
from index.report import Attribution, Block, Page, Passage, Report
from index.stored import Analysed, StoredPassage, StoredSentence, headings_of
from index.terms import stems

_PIECE = 15_000  # characters: at most 60,000 bytes, where a field holds 65,535
_LONGEST_WORDS = 60_000  # bytes
_LONGEST_NAME = 100  # characters of a holder's name by which is filtered
_NOTHING = "0x"  # in the place of words where there are none
PASSAGE = ("id", "report", "place", "words")
SENTENCE = ("id", "report", "passage", "place", "words")


def encode_stem(stem: str) -> str:
    """A stem as one word to any analyzer: letters and digits stay, anything else is written in hexadecimal digits."""
    plain = stem.isascii() and stem.isalnum() and stem.islower() and not stem.startswith("0x")
    return stem if plain or (stem.isdecimal() and stem.isascii()) else "0x" + stem.encode().hex()


def decode_stem(word: str) -> str:
    """The stem that `encode_stem` wrote."""
    return bytes.fromhex(word[2:]).decode() if word.startswith("0x") else word


def encode_words(found: Iterable[str]) -> str:
    """Stems as a text for BM25."""
    return " ".join(map(encode_stem, found)) or _NOTHING


def said_of(attributions: Iterable[Attribution]) -> list[str]:
    """What a passage's sentences can be filtered by: each act, each holder, and each holder's act."""
    found: dict[str, None] = {}
    for a in attributions:
        found |= dict.fromkeys([a.act, *(f"{before}@{name[:_LONGEST_NAME]}" for name in a.who for before in ("", a.act))])
    return list(found)[:4_096]


def said_as(holder: str | None, act: str | None) -> str:
    """The entry of `said_of` that a passage has to have."""
    return (act or "") + (f"@{holder[:_LONGEST_NAME]}" if holder is not None else "")


def report_rows(item: Analysed, version: int) -> dict[str, list[Row]]:
    """All rows of one version of a report, by collection; all but the one that makes it visible."""
    report, text = item.report, item.report.text
    layout = {
        "hint": report.title_hint,
        "published": report.published,
        "pages": [(p.number, p.label) for p in report.pages],
        "blocks": [(b.kind, b.start, b.end, b.level, b.reason, b.pages, b.cells) for b in report.blocks],
    }
    parts = {"text": text, "layout": json.dumps(layout), "meeting": json.dumps(item.meeting.to_dict())}
    rows: dict[str, list[Row]] = {"pieces": [p for name, body in parts.items() for p in piece_rows(f"{version}/{name}", body, version)]}
    rows |= {"passages": [], "sentences": []}
    attributions = iter(zip(item.attributions, item.sentence_vectors, strict=True))
    first = version * PER_REPORT
    for passage, vector in zip((p for p in item.passages if p.is_content), item.passage_vectors, strict=True):
        own = [next(attributions) for _ in passage.sentences]
        said = said_of(a for a, _ in own)
        number = first + len(rows["passages"])
        rows["passages"].append(_passage_row(report, passage, number, version, said) | {"vector": _rounded(vector)})
        for a, sentence_vector in own:
            rows["sentences"].append({
                "id": first + len(rows["sentences"]), "report": version, "passage": number, "said": said,
                "place": json.dumps([passage.paragraph, a.start, a.end, *_page(report, passage, a.start), *_said(a)]),
                "words": " ".join(stems(text[a.start : a.end])), "vector": _rounded(sentence_vector),
            })  # fmt: skip
    return rows


def _passage_row(report: Report, passage: Passage, number: int, version: int, said: list[str]) -> Row:
    headings = headings_of(report.text, passage)
    body, above = stems(report.text[passage.start : passage.end]), stems(headings)
    words = encode_words([*body, *above, *above])  # headings twice: they weigh twice as much as text
    whole = len(words.encode()) <= _LONGEST_WORDS
    if not whole:
        words = words.encode()[:_LONGEST_WORDS].decode("utf-8", "ignore").rsplit(" ", 1)[0]
    counts = [len(body), len(above)] if whole else [-1, -1]
    place = [passage.start, passage.end, passage.kind, passage.paragraph, *_page(report, passage, passage.start), headings, *counts]
    return {"id": number, "report": version, "said": said, "place": json.dumps(place, ensure_ascii=False), "words": words}


def _said(a: Attribution) -> tuple[object, ...]:
    return a.scope, a.who, a.act, *(a.antecedent or (None, None))


def _page(report: Report, passage: Passage, offset: int) -> tuple[int | None, str | None]:
    number = Block(passage.kind, passage.start, passage.end, pages=passage.pages).page_at(offset)
    return number, report.page_label(number)


def _rounded(vector: Vectors) -> Vectors:
    """As SQLite's store keeps it, so that cosines are the same in both."""
    return np.asarray(vector.astype(np.float16).astype(np.float32))


def stored_passage(row: Row) -> StoredPassage:
    """A passage from its row; its stems are missing where they were too long to be stored."""
    start, end, kind, paragraph, page, label, headings, body, above = json.loads(row["place"])
    words = [decode_stem(w) for w in row["words"].split()[: body + above]] if body >= 0 else []
    return StoredPassage(
        row["id"], row["report"], start, end, kind, paragraph, page, label, headings, " ".join(words[:body]) + "\n" + " ".join(words[body:])
    )


def lacks_stems(row: Row) -> bool:
    """Whether a passage's stems were too long to be stored."""
    return bool(json.loads(row["place"])[-1] < 0)


def stored_sentence(row: Row) -> StoredSentence:
    """A sentence from its row."""
    paragraph, start, end, page, label, scope, who, act, from_, to = json.loads(row["place"])
    attribution = Attribution(start, end, scope, tuple(who), act, None if from_ is None else (from_, to))
    return StoredSentence(row["id"], row["report"], row["passage"], paragraph, start, end, page, label, attribution, row["words"])


def piece_rows(owner: str, body: str, version: int = 0) -> list[Row]:
    """A long text as rows."""
    cuts = range(0, len(body), _PIECE) or range(1)
    return [
        {"key": f"{owner}/{n}", "report": version, "owner": owner, "number": n, "body": body[start : start + _PIECE], "vector": IDLE}
        for n, start in enumerate(cuts)
    ]


def read_pieces(milvus: Milvus, owners: Iterable[str]) -> dict[str, str]:
    """The texts of these owners, as far as they are there."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in milvus.query_in("pieces", "owner", owners, "owner", "number", "body"):
        found.setdefault(row["owner"], []).append((row["number"], row["body"]))
    return {owner: "".join(body for _, body in sorted(parts)) for owner, parts in found.items()}


def read_report(milvus: Milvus, path: str, version: int) -> Report | None:
    """A version of a report as its reader gave it, or None where it is gone."""
    parts = read_pieces(milvus, [f"{version}/text", f"{version}/layout"])
    if len(parts) < 2:
        return None
    layout = json.loads(parts[f"{version}/layout"])
    blocks = tuple(_block(fields) for fields in layout["blocks"])
    pages = tuple(Page(*page) for page in layout["pages"])
    return Report(path, parts[f"{version}/text"], blocks, pages, layout["hint"], layout["published"])


def _block(fields: Sequence[Any]) -> Block:
    kind, start, end, level, reason, pages, cells = fields
    return Block(kind, start, end, level, reason, tuple((a, b) for a, b in pages), tuple((a, b) for a, b in cells))


def fact_rows(facts: Mapping[str, str]) -> tuple[list[Row], list[Row]]:
    """(pieces, facts): a value too long for a field lies in pieces named by its own hash, which are there before the fact names them."""
    pieces: list[Row] = []
    rows: list[Row] = []
    for name, value in facts.items():
        kept = "=" + value
        if len(value) > _PIECE:
            owner = sha256(value.encode()).hexdigest()
            pieces += piece_rows(owner, value)
            kept = "@" + owner
        rows.append({"key": f"fact/{name}", "kind": "fact", "value": kept, "vector": IDLE})
    return pieces, rows


def read_facts(milvus: Milvus) -> dict[str, str]:
    """All facts of the index."""
    rows = milvus.query("facts", 'kind == "fact"', "key", "value")
    long = read_pieces(milvus, (r["value"][1:] for r in rows if r["value"].startswith("@")))
    return {r["key"].removeprefix("fact/"): long[r["value"][1:]] if r["value"].startswith("@") else r["value"][1:] for r in rows}
