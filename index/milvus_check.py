"""The check of an index in Milvus: whether each report's rows are all there and its text is what was read.

Milvus keeps its own files; of these nothing is known here. A vector that changed is not noticed.
"""

from __future__ import annotations

from index.milvus import Milvus, Row, connect
from index.milvus_place import place_of
from index.milvus_rows import read_report
from index.milvus_store import MilvusStore
from index.milvus_writer import open_milvus_writer


def check_milvus(index: str, *, repair: bool = False) -> tuple[str | None, list[str]]:
    """(what is wrong, in a few words, or None; the reports that are not as they were stored).

    With `repair`, these are taken out, so that the next rebuild reads them again, and what nobody sees is removed. Raises IndexUnusable.
    """
    milvus = connect(place_of(index))
    with MilvusStore(index).snapshot():
        pass  # refuses what is no index
    fields = ("path", "version", "sha256", "passages", "sentences")
    rows = sorted(milvus.query("reports", "version >= 0", *fields), key=lambda row: str(row["path"]))
    unsound = [str(row["path"]) for row in rows if not _sound(milvus, row)]
    if repair:
        with open_milvus_writer(index) as writer:
            if unsound:
                with writer.transaction(write=True):
                    for path in unsound:
                        writer.remove(path)
            writer.finish()
    return (f"{len(unsound)} of {len(rows)} reports are not as they were stored" if unsound else None), unsound


def _sound(milvus: Milvus, row: Row) -> bool:
    version = int(row["version"])
    report = read_report(milvus, row["path"], version)
    counts = [milvus.count(name, f"report == {version}") if milvus.has(name) else 0 for name in ("passages", "sentences")]
    return report is not None and report.sha256 == row["sha256"] and counts == [row["passages"], row["sentences"]]
