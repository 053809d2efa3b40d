"""Is the index sound? Asked when something went wrong, to tell a damaged file from a mistake of the program.

Pages are held against their checksums, and, since a mistake of the program would write right checksums over wrong numbers, texts, lists and
numbers against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

import numpy as np

from index.attribution.wording import Wording
from index.database import MEND, Database
from index.errors import IndexUnusable, RapporteurError
from index.names import Names
from index.report import Act, Scope, text_sha256


@contextmanager
def told_from_damage(database: Database) -> Iterator[None]:
    """Turn an error inside into IndexUnusable where the index file is damaged; a mistake of the program stays what it is."""
    try:
        yield
    except RapporteurError:
        raise
    except Exception as error:
        found = find_damage(database)
        if found is None:
            raise
        raise IndexUnusable(f"{database.path}: the index file is damaged ({found}). {MEND}") from error


def find_damage(database: Database) -> str | None:
    """What is wrong with the index, in a few words, or None when it is sound. Reads all of it: seconds for a large index."""
    for what, check in _CHECKS:
        try:
            sound = check(database)
        except Exception:  # whatever a check stumbles over is the damage
            sound = False
        if not sound:
            return f"{what} not as it was stored"
    return None


def _pages(database: Database) -> bool:
    return database.sound_pages()


def _structure(database: Database) -> bool:
    return database.quick_check()


def _facts(database: Database) -> bool:
    Names.from_json(database.fact("names") or '{"countries": [], "alike": []}')
    Wording.from_json(database.fact("wording") or "{}")
    return database.generation >= 0 and int(database.fact("dimension") or 1) > 0


def _texts(database: Database) -> bool:
    return all(
        text_sha256(database.text(stored.id)) == stored.sha256 and database.report(stored.path) is not None for stored in database.reports()
    )


def _places(database: Database) -> bool:
    """Every passage and sentence lies in its report, and says of itself what can be said."""
    length = {stored.id: len(database.text(stored.id)) for stored in database.reports()}
    passages = database.passages()
    sentences = database.sentences()
    return (
        len(sentences) == sum(s for _, s in database.counts().values())
        and all(0 <= p.start < p.end <= length[p.report] for p in passages.values())
        and all(
            passages[s.passage].start <= s.start < s.end <= passages[s.passage].end
            and s.attribution.scope in get_args(Scope)
            and s.attribution.act in get_args(Act)
            and all(isinstance(name, str) for name in s.attribution.who)
            for s in sentences
        )
    )


def _vectors(database: Database) -> bool:
    dimension = int(database.fact("dimension") or 1)
    return all(len(v) == dimension and bool(np.isfinite(v).all()) for table in ("passage", "sentence") for _, v in database.vectors(table))


_CHECKS = (
    ("a page of the file is", _pages),
    ("its structure is", _structure),
    ("a fact of the index is", _facts),
    ("a report's text is", _texts),
    ("a passage or sentence is", _places),
    ("a vector is", _vectors),
)
