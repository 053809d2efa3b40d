"""The one door to Milvus: connections, an index's collections, and queries that end in sentences where they fail.

Five collections carry the index's name: `facts` of the whole, `reports`, `pieces` of long texts, `passages` and `sentences`. The last two
hold vectors; Milvus wants one in every collection, so the others hold an idle one. What a report's rows hold never changes: a report stored
anew is a new version under a new number, and its row in `reports` alone says which version is seen (`index/milvus_writer.py`).
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from index.errors import ExtraMissing, IndexUnusable
from index.milvus_place import TLS, TOKEN, Place, login, missing, place_of
from index.store import MILVUS

FORMAT = "1"
PER_REPORT: Final = 1 << 18
"""Row ids of one version of a report: more than a report may have passages or sentences."""
MOST: Final = 16_384
"""Rows that Milvus gives for one search at most."""
_AT_ONCE = 1_000  # rows in a request: some megabytes with their vectors
_WAIT = 10.0  # seconds for a server to answer at first
_PATIENCE = 60.0  # seconds that a request is tried again, where a server is away for a moment; then the person is told
_NOT_LOADED = 101  # what Milvus calls the error
_LONGEST = 65_535  # bytes of a text field
_PATH = 4_500

Row = dict[str, Any]


class Milvus:
    """An index's collections in one Milvus. Safe for several threads."""

    def __init__(self, place: Place, client: Any) -> None:
        """Made by `connect`."""
        self.place = place
        self._client = client
        self._known: set[str] = set()
        with told(place):
            self.lite = place.lite or str(client.get_server_version()).startswith("milvus_lite")
        """Whether it is Milvus Lite, in a file or as a server: what it finds by looking at all rows takes long."""

    @property
    def server(self) -> str:
        """The index as another process can reach it while this one is connected: Milvus Lite serves on a port of this machine."""
        return MILVUS + str(self._client._config.uri).removeprefix("http:") + "/" + self.place.name

    def has(self, collection: str) -> bool:
        """Whether the collection is there, and ready to be searched."""
        if collection not in self._known:
            with told(self.place):
                if not self._client.has_collection(self._full(collection)):
                    return False
                self._client.load_collection(self._full(collection))
            self._known.add(collection)
        return True

    def make(self, collection: str, dimension: int = 2) -> None:
        """Make the collection where it is missing; another process may do so at the same moment, or may have died before it had done so."""
        until = monotonic() + _WAIT
        failed: IndexUnusable | None = None
        while not (failed and monotonic() > until):
            try:
                if not failed and self.has(collection):
                    return
                with told(self.place):
                    _create(self._client, self._full(collection), collection, dimension, flat=self.place.lite)
                if self.has(collection):
                    return
            except IndexUnusable as error:
                failed = failed or error
                sleep(0.2)
        raise self._not_made(collection) from failed

    def _not_made(self, collection: str) -> IndexUnusable:
        with told(self.place):
            version = self._client.get_server_version()
        return IndexUnusable(
            f"{self.place.index}: Milvus {version} cannot make the collection {self._full(collection)}. It has to be Milvus 2.5 or later."
        )

    def query(self, collection: str, where: str, *fields: str) -> list[Row]:
        """The rows for which the expression `where` holds; none where the collection is missing."""
        return list(self._request(collection, "query", filter=where, output_fields=list(fields)))

    def query_in(self, collection: str, field: str, values: Iterable[Any], *fields: str) -> list[Row]:
        """The rows whose `field` is among `values`."""
        wanted = list(values)
        parts = [wanted[n : n + _AT_ONCE] for n in range(0, len(wanted), _AT_ONCE)]
        return [row for part in parts for row in self.query(collection, f"{field} in {literal(part)}", *fields)]

    def count(self, collection: str, where: str) -> int:
        """How many rows there are for which `where` holds."""
        return sum(int(row["count(*)"]) for row in self.query(collection, where, "count(*)"))

    def search(self, collection: str, field: str, wanted: Any, limit: int, where: str, *fields: str) -> list[tuple[float, Row]]:
        """(score, row) of the rows nearest to a vector, or to a text by BM25, best first; higher is better."""
        asked = {"data": [wanted], "anns_field": field, "limit": min(limit, MOST), "filter": where, "output_fields": list(fields)}
        # Milvus Lite gives BM25 with the sign turned; no score of BM25 is below zero.
        turned = abs if field == "bm25" else float
        return [(turned(hit["distance"]), hit["entity"]) for hits in self._request(collection, "search", **asked) for hit in hits]

    def insert(self, collection: str, rows: Sequence[Row]) -> None:
        """Add rows under keys that are not there."""
        with told(self.place):
            for n in range(0, len(rows), _AT_ONCE):
                self._client.insert(self._full(collection), list(rows[n : n + _AT_ONCE]), timeout=_PATIENCE)

    def upsert(self, collection: str, rows: Sequence[Row]) -> None:
        """Add rows, in place of those with the same keys."""
        with told(self.place):
            for n in range(0, len(rows), _AT_ONCE):
                self._client.upsert(self._full(collection), list(rows[n : n + _AT_ONCE]), timeout=_PATIENCE)

    def delete(self, collection: str, where: str) -> None:
        """Delete the rows for which `where` holds."""
        self._request(collection, "delete", filter=where)

    def settle(self, collection: str) -> None:
        """Let what was written be indexed now: Milvus Lite looks through the newest rows one by one, which takes seconds."""
        with contextlib.suppress(IndexUnusable), told(self.place):  # a server may want to do so at a time of its own
            self._client.flush(self._full(collection), timeout=_PATIENCE)

    def _request(self, collection: str, request: str, **given: Any) -> Any:
        """What Milvus answers to a request for a collection. It has to be loaded: at first, and again where its server began anew."""
        from pymilvus.exceptions import MilvusException

        if not self.has(collection):
            return []
        ask, full = getattr(self._client, request), self._full(collection)
        with told(self.place):
            try:
                return ask(full, **given, timeout=_PATIENCE)
            except MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
                self._client.load_collection(full)
                return ask(full, **given, timeout=_PATIENCE)

    def _full(self, collection: str) -> str:
        return f"{self.place.name}_{collection}"


def literal(value: Any) -> str:
    """A value as it stands in an expression: no text of a report or question can become part of the expression itself."""
    return json.dumps(value, ensure_ascii=False)


_clients: dict[str, Milvus] = {}
_connecting = threading.Lock()


def connect(place: Place, *, make: bool = False) -> Milvus:
    """A connection, one for each index and process; with `make`, a missing file of Milvus Lite is made. Raises IndexUnusable."""
    with _connecting:
        known = _clients.get(place.index)
        if place.lite and not Path(place.address).exists():
            if known is not None:
                release(place, _clients.pop(place.index))
                known = None
            if not make:
                raise missing(place)
            Path(place.address).parent.mkdir(parents=True, exist_ok=True)
        if known is None:
            library = _library()
            with told(place):
                known = _clients[place.index] = Milvus(place, library.MilvusClient(**_given(place), timeout=_WAIT))
        return known


def _given(place: Place) -> dict[str, str]:
    """What pymilvus is given to connect with. A file of Milvus Lite is nobody else's, and is told no secrets."""
    if place.lite:
        return {"uri": place.address}
    shown = login()
    given = {"uri": f"{'https' if shown.tls else 'http'}://{place.address}", "token": shown.token, "server_pem_path": shown.authority}
    return {name: value for name, value in given.items() if value}


def release(place: Place, connected: Milvus) -> None:
    """Let go of a connection; the server of Milvus Lite ends with it, and its file is free for another process."""
    with contextlib.suppress(Exception):
        connected._client.close()
    if place.lite:
        from milvus_lite.server_manager import server_manager_instance

        server_manager_instance.release_server(place.address)


def disconnect(index: str) -> None:
    """Let go of this process's connection to an index, if it has one."""
    place = place_of(index)
    with _connecting:
        known = _clients.pop(place.index, None)
    if known is not None:
        release(place, known)


@contextmanager
def told(place: Place) -> Iterator[None]:
    """Turn what Milvus says is wrong into a sentence, in which no secret stands."""
    from grpc import Call, RpcError, StatusCode
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, RpcError) as error:
        if place.lite and "local milvus" in str(error).lower():
            raise IndexUnusable(
                f"{place.index}: the file cannot be opened. Milvus Lite gives a file to one program at a time: end the other, "
                "or let `milvus-lite server` serve it and name milvus://127.0.0.1:19530"
            ) from error
        # pymilvus says the same of everything that is wrong while it connects; what gRPC says stands behind it.
        behind = next((e for e in (error, error.__cause__) if isinstance(e, Call)), None)
        said = behind.details() if behind else getattr(error, "message", "")
        why = " ".join(login().hide(str(said or error)).split())[:300]
        if (behind and behind.code() is StatusCode.UNAUTHENTICATED) or (not place.lite and "auth" in why.lower()):
            raise IndexUnusable(f"{place.index}: Milvus does not let this name or key in ({why}). Set {TOKEN} to NAME:PASSWORD.") from error
        raise IndexUnusable(f"{place.index}: Milvus cannot be used ({why}). {_advice(place)}") from error


def _advice(place: Place) -> str:
    if place.lite:
        return "If it stays so, index the documents again, under another name."
    return f"Check that it runs, that the address is right and, where it wants TLS or a login, {TLS} and {TOKEN}."


@lru_cache(maxsize=1)
def _library() -> Any:
    """pymilvus, kept from reading anybody's .env file and from writing its own account of each error."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what it has to say comes as an exception, too
    before = os.environ.get("PYTHON_DOTENV_DISABLED")
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    try:
        import pymilvus
    except ImportError as error:
        raise ExtraMissing(
            "An index in Milvus needs the packages pymilvus and milvus-lite. Install them: pip install 'rapporteur[milvus]'"
        ) from error
    finally:
        if before is None:
            del os.environ["PYTHON_DOTENV_DISABLED"]
        else:
            os.environ["PYTHON_DOTENV_DISABLED"] = before
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return pymilvus


def _create(client: Any, full: str, collection: str, dimension: int, *, flat: bool) -> None:
    """Make one collection with its indexes, or those that it lacks.

    Vectors in Milvus Lite are compared one by one, elsewhere by the index that Milvus chooses.
    """
    from pymilvus import DataType, Function, FunctionType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    wanted: dict[str, Row] = {"vector": {"index_type": "FLAT" if flat else "AUTOINDEX", "metric_type": "IP"}}
    for name, kind, options in _FIELDS[collection]:
        element = {"element_type": DataType.VARCHAR} if kind == "ARRAY" else {}
        schema.add_field(name, DataType[kind], **options, **element)
        if name in ("report", "passage", "owner"):
            wanted[name] = {"index_type": "INVERTED"}
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    if collection == "passages":
        schema.add_field("bm25", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(name="words_bm25", function_type=FunctionType.BM25, input_field_names=["words"], output_field_names=["bm25"])
        )
        # k1 and b as SQLite's own BM25 has them.
        tuned = {"bm25_k1": 1.2, "bm25_b": 0.75}
        wanted["bm25"] = {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "BM25", "params": tuned}
    if not client.has_collection(full):
        # Strong: what was stored is seen by the next question, whichever machine stored it.
        client.create_collection(full, schema=schema, consistency_level="Strong")
    there = client.list_indexes(full)
    indexes = client.prepare_index_params()
    for name, options in wanted.items():
        if name not in there:
            indexes.add_index(name, index_name=name, **options)
    if indexes:
        client.create_index(full, indexes)


_TEXT: Final[Row] = {"max_length": _LONGEST}
_ID: Final[Row] = {"is_primary": True}
_SAID: Final[Row] = {"max_capacity": 4096, "max_length": 512}
_FIELDS: Final[dict[str, tuple[tuple[str, str, Row], ...]]] = {
    "facts": (("key", "VARCHAR", {"max_length": _PATH} | _ID), ("kind", "VARCHAR", {"max_length": 16}), ("value", "VARCHAR", _TEXT)),
    "reports": (
        ("path", "VARCHAR", {"max_length": _PATH} | _ID), ("version", "INT64", {}), ("file_sha256", "VARCHAR", {"max_length": 64}),
        ("size", "INT64", {}), ("mtime_ns", "INT64", {}), ("sha256", "VARCHAR", {"max_length": 64}),
        ("passages", "INT64", {}), ("sentences", "INT64", {}),
    ),
    "pieces": (
        ("key", "VARCHAR", {"max_length": 128} | _ID), ("report", "INT64", {}), ("owner", "VARCHAR", {"max_length": 100}),
        ("number", "INT64", {}), ("body", "VARCHAR", _TEXT),
    ),
    "passages": (
        ("id", "INT64", _ID), ("report", "INT64", {}), ("said", "ARRAY", _SAID), ("place", "VARCHAR", _TEXT),
        ("words", "VARCHAR", _TEXT | {"enable_analyzer": True, "enable_match": True}),
    ),
    "sentences": (
        ("id", "INT64", _ID), ("report", "INT64", {}), ("passage", "INT64", {}), ("said", "ARRAY", _SAID), ("place", "VARCHAR", _TEXT),
        ("words", "VARCHAR", _TEXT),
    ),
}  # fmt: skip
COLLECTIONS: Final = tuple(_FIELDS)
IDLE: Final = [1.0, 0.0]
"""The vector of rows that need none."""
