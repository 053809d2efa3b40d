"""An index in Milvus: what is asked of it is answered as by an index in a folder, and no report is ever seen half stored."""

from __future__ import annotations

import json
import os
import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from browser_library import free_port, started

import qa
from index.errors import ExtraMissing, IndexUnusable, ModelMismatch
from index.folder import Part
from index.milvus_place import place_of
from index.repair import check_index
from index.store import open_store
from qa.cli import main
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, WordHash, word_hashes

pytestmark = pytest.mark.usefixtures("milvus")
ROOT = Path(__file__).parent.parent
MARK = {"x-rapporteur": "1"}
QUESTIONS = (
    "What did participants agree on the hotline?",
    "What did participants agree on radar?",
    "What did Latvian participants say about radio channels?",
    "When was the Reef Dialogue held?",
    "How do I reset my password?",
)
ODD = 'The “Odd” Forum: a \\ and a "quote"\n\nParticipants agreed that U.S. ships\tkeep 3.5 miles from Côte d’Ivoire. 日本 agreed.\n'


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallLibrary, SmallLibrary]]:
    """The same reports in a folder and in Milvus, brought there by the same steps: added, changed, removed."""
    home = tmp_path_factory.mktemp("both")
    pair = SmallLibrary(home / "folder"), SmallLibrary(home / "milvus", milvus=True)
    with word_hashes():
        for library in pair:
            library.write({"baltic.txt": BALTIC, "reef.txt": REEF.replace("Several", "Many"), "gone.txt": WALRUS, "empty.txt": ""})
            library.rebuild()
            library.write({"reef.txt": REEF, "walrus.md": WALRUS, "odd.txt": ODD, "copy.txt": REEF})
            library.remove("gone.txt")
            library.rebuild()
        yield pair


def rows(library: SmallLibrary, collection: str) -> list[dict[str, Any]]:
    from index.milvus import connect

    fields = {"facts": ("key", "kind"), "reports": ("path", "version")}.get(collection, ("report",))
    where = {"facts": 'key like "%"', "reports": "version >= 0"}.get(collection, "report > 0")
    return connect(place_of(library.index)).query(collection, where, *fields)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_question_has_the_same_answer_in_both_stores(both: tuple[SmallLibrary, SmallLibrary], question: str) -> None:
    folder, milvus = (qa.ask(question, index=library.index).to_dict() for library in both)
    assert milvus == folder


@pytest.mark.parametrize(
    "filters",
    [{}, {"holder": "Latvia"}, {"act": "agreed"}, {"holder": "Norway", "act": "supported"}, {"since": "2020"}, {"holder": 'A "B" \\'}],
)
def test_filters_run_in_milvus_and_leave_the_same_passages(both: tuple[SmallLibrary, SmallLibrary], filters: dict[str, Any]) -> None:
    folder, milvus = (
        {(h.citation.report, h.citation.start, h.text) for h in qa.retrieve("hotline quotas", 50, index=library.index, **filters)}
        for library in both
    )
    assert milvus == folder


def test_reports_statements_texts_comparisons_and_suggestions_are_the_same(both: tuple[SmallLibrary, SmallLibrary]) -> None:
    folder, milvus = both
    for ask in (qa.reports, qa.statements, qa.example_questions, lambda index: qa.compare("hotline", index=index).to_dict()):
        assert ask(index=milvus.index) == ask(index=folder.index)
    for report in qa.reports(index=folder.index):
        assert qa.show(report.report, index=milvus.index) == qa.show(report.report, index=folder.index)
        assert qa.open_report(report.report, index=milvus.index) == qa.open_report(report.report, index=folder.index)
    for statement in qa.statements(index=milvus.index):
        assert qa.verify(statement, index=milvus.index).status == "exact"


def test_words_side_by_side_are_counted_alike(both: tuple[SmallLibrary, SmallLibrary]) -> None:
    forms = [[("hotlin",)], [("coast", "guard")], [("guard", "coast")], [("coast", "guard"), ("quota",)], [("u.s",)], [("nosuch",)], []]
    found = []
    for library in both:
        with open_store(library.index).snapshot() as snapshot:
            found.append([snapshot.count_passages([tuple(f) for f in form]) for form in forms])
    assert found[0] == found[1]
    assert found[0][1] == 1
    assert found[0][2] == 0


def test_a_rebuild_tells_the_same_of_itself(both: tuple[SmallLibrary, SmallLibrary]) -> None:
    told = [library.built.to_dict() | {"seconds": 0} for library in both if library.built]
    assert told[0] == told[1]


def test_a_deleted_or_replaced_report_leaves_no_row(both: tuple[SmallLibrary, SmallLibrary]) -> None:
    _, library = both
    visible = {row["version"] for row in rows(library, "reports")}
    assert len(visible) == 4
    for collection in ("pieces", "passages", "sentences"):
        assert {row["report"] for row in rows(library, collection)} <= visible
    assert {row["key"] for row in rows(library, "facts") if row["kind"] == "version"} == {f"version/{v}" for v in visible}


def test_only_what_is_new_is_embedded_and_other_names_embed_nothing(tmp_path: Path, word_hash: WordHash) -> None:
    library = SmallLibrary(tmp_path, milvus=True)
    library.write({"a.txt": BALTIC})
    library.rebuild()
    word_hash.embedded.clear()
    library.write({"a.txt": BALTIC + "\nParticipants agreed on eels.\n"})
    library.rebuild()
    assert {text.split("\n")[-1] for text in word_hash.embedded} == {"Participants agreed on eels."}
    word_hash.embedded.clear()
    library.write({"names.toml": '[[alike]]\nterms = ["hotline", "red telephone"]\n'})
    library.rebuild()
    assert word_hash.embedded == []
    answer = qa.ask("What was agreed on the red telephone?", index=library.index)
    assert answer.statements[0].quote.startswith("Participants agreed that a hotline")
    word_hash.fingerprint = "other weights"
    with pytest.raises(ModelMismatch, match="other weights"):
        qa.ask("hotline", index=library.index)


class Killed(BaseException):
    """A process that ends in the middle."""


@pytest.mark.parametrize("step", ["facts", "pieces", "passages", "sentences", "reports"])
def test_a_process_that_dies_at_any_step_leaves_the_old_report_to_be_seen_whole(tmp_path: Path, word_hash: WordHash, step: str) -> None:
    from index.milvus import Milvus

    library = SmallLibrary(tmp_path, milvus=True)
    library.write({"a.txt": BALTIC})
    library.rebuild()
    before = [s.to_dict() for s in qa.statements(index=library.index)]
    library.write({"a.txt": BALTIC.replace("hotline", "telegraph")})
    insert, upsert = Milvus.insert, Milvus.upsert

    def dying(write: Any) -> Any:
        def until(self: Milvus, collection: str, batch: Any) -> None:
            if collection == step:
                raise Killed
            write(self, collection, batch)

        return until

    with patch.object(Milvus, "insert", dying(insert)), patch.object(Milvus, "upsert", dying(upsert)), pytest.raises(Killed):
        library.rebuild()
    assert [s.to_dict() for s in qa.statements(index=library.index)] == before
    library.rebuild()
    assert "telegraph" in qa.show("a.txt", index=library.index)
    with patch("index.milvus_writer._LEASE", -1.0):
        check_index(library.index, repair=True)
    visible = {row["version"] for row in rows(library, "reports")}
    assert {row["report"] for name in ("pieces", "passages", "sentences") for row in rows(library, name)} == visible


def test_rows_of_a_process_that_may_still_write_are_left_alone(tmp_path: Path, word_hash: WordHash) -> None:
    from index.milvus import connect
    from index.milvus_rows import piece_rows

    library = SmallLibrary(tmp_path, milvus=True)
    library.write({"a.txt": BALTIC})
    library.rebuild()
    milvus = connect(place_of(library.index))
    milvus.insert("facts", [{"key": "version/7", "kind": "version", "value": "9e9", "vector": [1.0, 0.0]}])
    milvus.insert("pieces", piece_rows("7/text", "half", 7))
    library.write({"b.txt": REEF})
    library.rebuild()
    assert 7 in {row["report"] for row in rows(library, "pieces")}
    assert {r.report for r in qa.reports(index=library.index)} == {"a.txt", "b.txt"}


def test_a_check_finds_what_is_missing_and_a_repair_lets_it_be_read_again(
    tmp_path: Path, word_hash: WordHash, capsys: pytest.CaptureFixture[str]
) -> None:
    from index.milvus import connect

    library = SmallLibrary(tmp_path, milvus=True)
    library.write({"a.txt": BALTIC, "b.txt": REEF})
    library.rebuild()
    assert check_index(library.index).sound
    (damaged,) = [row["version"] for row in rows(library, "reports") if row["path"] == "a.txt"]
    connect(place_of(library.index)).delete("pieces", f'owner == "{damaged}/text"')
    with pytest.raises(IndexUnusable, match=r"a\.txt is not as it was stored"):
        qa.show("a.txt", index=library.index)
    found = check_index(library.index)
    assert (found.damage, found.sound) == ("1 of 2 reports are not as they were stored", False)
    assert main(["check", "--repair", "--index", library.index]) == 0
    assert "lost a.txt" in capsys.readouterr().out
    assert library.rebuild().added == ("a.txt",)
    assert qa.show("a.txt", index=library.index) == BALTIC


def test_what_one_process_has_indexed_another_reads_after_it_and_a_server_ended_meanwhile_is_no_matter(
    tmp_path: Path, word_hash: WordHash
) -> None:
    """Letting go of the file is what the end of a process does: its server ends, and the next has loaded nothing."""
    from index.milvus import connect, disconnect
    from qa.library import _store

    library = SmallLibrary(tmp_path, milvus=True)
    library.write({"a.txt": BALTIC})
    library.rebuild()
    before = qa.ask(QUESTIONS[0], index=library.index)
    disconnect(library.index)
    _store.cache_clear()
    assert qa.ask(QUESTIONS[0], index=library.index) == before
    milvus = connect(place_of(library.index))
    for collection in ("facts", "reports", "pieces", "passages", "sentences"):
        milvus._client.release_collection(milvus._full(collection))
    _store.cache_clear()
    assert qa.ask(QUESTIONS[0], index=library.index) == before


def test_collections_of_a_process_that_died_while_making_them_are_finished_by_the_next(tmp_path: Path, word_hash: WordHash) -> None:
    from index.milvus import COLLECTIONS, connect

    library = SmallLibrary(tmp_path, milvus=True)
    milvus = connect(place_of(library.index), make=True)
    for collection in COLLECTIONS:
        with patch.object(milvus._client, "create_index", side_effect=Killed), pytest.raises(Killed):
            milvus.make(collection, word_hash.dimension if collection in ("passages", "sentences") else 2)
    library.write({"a.txt": BALTIC})
    library.rebuild()
    assert qa.ask(QUESTIONS[0], index=library.index).status == "answered"


def test_the_page_sees_that_an_index_has_changed(tmp_path: Path, word_hash: WordHash) -> None:
    library = SmallLibrary(tmp_path, milvus=True)
    store = open_store(library.index)
    assert (store.exists(), store.marks()) == (False, [])
    library.write({"a.txt": BALTIC})
    library.rebuild()
    first = store.marks()
    assert store.exists()
    assert store.marks() == first
    library.write({"b.txt": REEF})
    library.rebuild()
    assert store.marks() != first


def test_a_child_comes_in_by_the_port_while_this_process_has_the_file(tmp_path: Path, word_hash: WordHash) -> None:
    library = SmallLibrary(tmp_path, milvus=True)
    library.write({"a.txt": BALTIC})
    library.rebuild()
    asked = [sys.executable, "-m", "qa.cli", "reports", "--json", "--index"]
    refused = subprocess.run([*asked, library.index], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 1
    assert "one program at a time" in refused.stderr
    assert refused.stderr.count("\n") == 1
    address = open_store(library.index).address()
    assert address.startswith("milvus://127.0.0.1:")
    done = subprocess.run([*asked, address], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert [r["report"] for r in json.loads(done.stdout)] == ["a.txt"]


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        ("milvus:nowhere.db", "there is no index yet"),
        ("milvus:nowhere", "has to end in .db"),
        ("milvus://nowhere", "is no address of an index"),
        ("milvus://127.0.0.1:19530/a-b", "is no address of an index"),
        ("milvus://127.0.0.1:9/reports", "Milvus cannot be used"),
    ],
)
def test_what_is_no_index_is_refused_in_a_sentence(
    index: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("index.milvus._WAIT", 0.5)
    assert main(["reports", "--index", index]) == 1
    told = capsys.readouterr().err
    assert reason in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("token", "tls", "given"),
    [
        (None, None, {"uri": "http://milvus.example.org:19530"}),
        ("ana:s3cret\n", "no", {"uri": "http://milvus.example.org:19530", "token": "ana:s3cret"}),
        (None, "Yes", {"uri": "https://milvus.example.org:19530"}),
        ("akey", "ca.pem", {"uri": "https://milvus.example.org:19530", "token": "akey", "server_pem_path": "ca.pem"}),
    ],
)
def test_a_server_is_shown_the_login_of_the_environment_and_a_file_is_not(
    token: str | None, tls: str | None, given: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index import milvus as module

    monkeypatch.chdir(tmp_path)
    (tmp_path / "ca.pem").touch()
    for name, value in (("TOKEN", token), ("TLS", tls)):
        monkeypatch.delenv(f"RAPPORTEUR_MILVUS_{name}", raising=False)
        if value is not None:
            monkeypatch.setenv(f"RAPPORTEUR_MILVUS_{name}", value)
    with patch.object(module._library(), "MilvusClient") as client, patch.dict(module._clients, clear=True):
        module.connect(place_of("milvus://milvus.example.org:19530/reports"))
        module.connect(place_of(f"milvus:{tmp_path}/own.db"), make=True)
    server, file = (dict(call.kwargs) for call in client.call_args_list)
    assert (server.pop("timeout"), server) == (module._WAIT, given)
    assert (file.pop("timeout"), file) == (module._WAIT, {"uri": f"{tmp_path}/own.db"})


@pytest.mark.parametrize(
    ("token", "tls", "index", "reason"),
    [
        ("ana:geheim", "", "milvus://ana:geheim@127.0.0.1:19530/reports", "may hold no name or password"),
        ("ana:geheim", "", "milvus://geheim@127.0.0.1:19530/reports", "may hold no name or password"),
        ("ana:ge\theim", "", "milvus://127.0.0.1:9/reports", "RAPPORTEUR_MILVUS_TOKEN: this is neither"),
        ("ana:geheim", "nowhere.pem", "milvus://127.0.0.1:9/reports", "RAPPORTEUR_MILVUS_TLS: nowhere.pem is no file"),
        ("ana:geheim", "yes", "milvus://127.0.0.1:9/reports", "Milvus cannot be used"),
    ],
)
def test_no_password_is_ever_shown(
    token: str, tls: str, index: str, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAPPORTEUR_MILVUS_TOKEN", token)
    monkeypatch.setenv("RAPPORTEUR_MILVUS_TLS", tls)
    monkeypatch.setattr("index.milvus._WAIT", 0.5)
    for command in (["reports"], ["check"], ["ask", "visas"], ["index", str(Path(__file__).parent / "sample")]):
        assert main([*command, "--index", index]) == 1
        told = "".join(capsys.readouterr())
        assert reason in told
        assert "heim" not in told


def test_a_server_that_repeats_the_password_or_refuses_it_is_not_quoted_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import grpc
    from pymilvus.exceptions import MilvusException

    from index.milvus import told

    class Refused(grpc.RpcError, grpc.Call):  # type: ignore[misc]
        """As the channel raises it."""

        def code(self) -> grpc.StatusCode:
            return grpc.StatusCode.UNAUTHENTICATED

        def details(self) -> str:
            return "auth check failure for ana:geheim (YW5hOmdlaGVpbQ==), please check username and password are correct"

    monkeypatch.setenv("RAPPORTEUR_MILVUS_TOKEN", "ana:geheim")
    for error in (Refused.__new__(Refused), MilvusException(message=Refused.details(None))):  # type: ignore[arg-type]
        with pytest.raises(IndexUnusable) as raised, told(place_of("milvus://127.0.0.1:9/reports")):
            raise error
        said = str(raised.value)
        assert "does not let this name or key in" in said
        assert "geheim" not in said
        assert "YW5hOmdlaGVpbQ" not in said


def test_without_the_packages_the_command_says_what_to_install(tmp_path: Path) -> None:
    from index import milvus as module

    (tmp_path / "x.db").mkdir()
    module._library.cache_clear()
    with patch.dict(sys.modules, {"pymilvus": None}), pytest.raises(ExtraMissing, match=r"pip install 'rapporteur\[milvus\]'"):
        qa.reports(index=f"milvus:{tmp_path}/x.db")


def test_a_stem_is_one_word_to_any_analyzer_and_comes_back() -> None:
    from index.milvus_rows import decode_stem, encode_stem

    for stem in ("hotlin", "2020", "u.s", "côte", "日本", "0x", "0x41", "3.5", "a_b", "N", "½", "٣"):
        word = encode_stem(stem)
        assert word.isascii()
        assert word.isalnum()
        assert word == word.lower()
        assert decode_stem(word) == stem
    assert len({encode_stem(s) for s in ("0x41", "A", "a", "a.")}) == 4


def test_a_long_passage_keeps_its_stems(tmp_path: Path, word_hash: WordHash) -> None:
    """Its words are more than a field of Milvus holds."""
    pair = SmallLibrary(tmp_path / "folder"), SmallLibrary(tmp_path / "milvus", milvus=True)
    words = " ".join(f"über{n}straße" for n in range(1_100))
    found = []
    for library in pair:
        library.write({"a.txt": f"Participants agreed on eels. {words}\n"})
        library.rebuild()
        with open_store(library.index).snapshot() as snapshot:
            found.append([p.stems.split() for p in snapshot.get_passages().values()])
    assert found[0] == found[1]


def test_a_running_chat_takes_uploads_into_its_file_and_the_next_question_finds_them(tmp_path: Path) -> None:
    """`rapporteur chat` over Milvus Lite: nothing indexed, a report uploaded, asked, another, asked, one gone, asked."""
    index, port = f"milvus:{tmp_path}/library.db", free_port()
    (tmp_path / "documents").mkdir()
    command = [sys.executable, "-m", "qa.cli", "chat", "--index", index, "--port", str(port)]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}
    log = tmp_path / "chat.log"
    with started(command, log, paths, tmp_path), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:

        def update() -> dict[str, Any]:
            state = client.post("/rapporteur/update", headers=MARK).json()
            while state["running"]:
                sleep(0.2)
                state = client.get("/rapporteur/update").json()
            assert state["error"] == ""
            return dict(state["built"])

        def upload(name: str, text: str) -> int:
            return client.post("/rapporteur/upload", params={"name": name}, content=text.encode(), headers=MARK).status_code

        def ask(question: str) -> dict[str, Any]:
            return dict(client.post("/api/ask", json={"question": question}).json())

        assert upload("baltic.txt", BALTIC) == 201
        assert update()["added"] == ["baltic.txt"]
        assert "hotline" in ask(QUESTIONS[0])["statements"][0]["quote"]
        assert ask("What did participants agree on coral nurseries?")["statements"] == []
        assert upload("reef.txt", REEF) == 201
        built = update()
        assert (built["added"], built["unchanged"]) == (["reef.txt"], 1)
        found = ask("What did participants agree on coral nurseries?")["statements"]
        assert [s["citation"]["report"] for s in found] == ["reef.txt"]
        assert client.post("/api/verify", json={"statement": found[0]}).json()["status"] == "exact"
        (tmp_path / "documents" / "reef.txt").unlink()
        assert update()["removed"] == ["reef.txt"]
        assert ask("What did participants agree on coral nurseries?")["statements"] == []
    assert "Traceback" not in log.read_text("utf-8", "replace")


# Several machines


INDEXING = """
import sys
sys.path.insert(0, sys.argv[1])
from unittest.mock import patch
from tests.fakes import read_here, word_hashes
import index.milvus_writer
from index.folder import Part
from index.milvus_place import place_of
from index.rebuilding import rebuild_but
documents, index, number, of = sys.argv[2:]
with word_hashes(), patch("index.rebuilding.read_guarded", read_here), patch("index.rebuilding._BATCH", 5), \\
        patch("index.milvus_writer._QUESTION", 0.0), patch("index.rebuilding._sources", lambda *_: ["rules that nobody edits meanwhile"]):
    rebuild_but((), documents, index, part=Part(int(number), int(of)))
"""


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Milvus Lite as a server. One worker: two that write to one collection at once are more than it promises to bear."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(home), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen([*command, "--max-workers", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while server.poll() is None and not _listens(port):
                sleep(0.1)
            yield f"milvus://127.0.0.1:{port}/library"
        finally:
            server.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


def indexing(library: SmallLibrary, number: int, of: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", INDEXING, str(ROOT), str(library.documents), library.index, str(number), str(of)]
    return subprocess.Popen(command, cwd=ROOT)


def test_parts_of_a_folder_are_indexed_each_by_its_own_process(tmp_path: Path, word_hash: WordHash) -> None:
    library = SmallLibrary(tmp_path, milvus=True)
    library.write({f"{n}.txt": BALTIC.replace("hotline", f"hotline {n}") for n in range(6)} | {"copy.txt": REEF, "reef.txt": REEF})
    parts = [Part(n, 3) for n in (1, 2, 3)]
    added: list[str] = []
    for part in parts:
        built = library.rebuild(part=part)
        assert not set(built.added) & set(added)
        assert (built.removed, built.changed) == ((), ())
        added += built.added
    assert sorted(added) == [*(f"{n}.txt" for n in range(6)), "copy.txt"]
    library.remove("3.txt")
    assert sorted(path for part in parts for path in library.rebuild(part=part).removed) == ["3.txt"]
    library.write({"names.toml": '[[alike]]\nterms = ["hotline", "red telephone"]\n'})
    with pytest.raises(IndexUnusable, match="without --part"):
        library.rebuild(part=parts[0])
    library.rebuild()
    assert library.rebuild(part=parts[0]).added == ()


@pytest.mark.slow
def test_four_processes_killed_at_random_leave_no_report_half_done(tmp_path: Path, word_hash: WordHash) -> None:
    """Each takes a part of the folder; 12 times one is killed and started anew, while all reports that are seen are looked at."""
    chance = random.Random(8)
    plain, library = SmallLibrary(tmp_path / "plain"), SmallLibrary(tmp_path / "shared")
    killed = seen = 0
    with serving(tmp_path / "milvus") as library.index, ExitStack() as ended:
        for round_ in range(2):  # as new reports, then as others under the same names
            files = {f"{n:02}.txt": BALTIC.replace("hotline", f"hotline {n} of {round_}") for n in range(40)}
            for each in (plain, library):
                each.write({**files})
            running = {n: indexing(library, n, 4) for n in (1, 2, 3, 4)}
            ended.callback(lambda now=running: [(process.kill(), process.wait()) for process in now.values()])
            kills = 6
            while running:
                sleep(chance.uniform(0.2, 0.9))
                for n, process in list(running.items()):
                    if process.poll() is not None:
                        assert process.returncode == 0
                        del running[n]
                if kills and running:
                    n = chance.choice(list(running))
                    running[n].kill()
                    running[n].wait()
                    running[n], kills, killed = indexing(library, n, 4), kills - 1, killed + 1
                seen += whole_reports(library)
        plain.rebuild()
        assert [s.to_dict() for s in qa.statements(index=library.index)] == [s.to_dict() for s in qa.statements(index=plain.index)]
        with patch("index.milvus_writer._LEASE", -1.0):
            check_index(library.index, repair=True)
        visible = {row["version"] for row in rows(library, "reports")}
        assert len(visible) == 40
        assert {row["report"] for name in ("pieces", "passages", "sentences") for row in rows(library, name)} == visible
    assert killed == 12
    assert seen > 100


def whole_reports(library: SmallLibrary) -> int:
    """Hold every report that is seen now against the text of one moment: all its statements, none of another version."""
    try:
        with qa.library.open_snapshot(library.index) as snapshot:
            for report in snapshot.reports:
                text = snapshot.text(report.id)
                statements = list(qa.library.make_statements(snapshot, snapshot.sentences(report=report.id)))
                assert len(statements) == len(report.sentences) == 7
                assert len(snapshot.get_passages(report.passages)) == len(report.passages) == 3
                assert all(text[s.citation.start : s.citation.end] == s.quote for s in statements)
                assert len(set(re.findall(r"hotline (\d+ of \d+)", text))) == 1
            return len(snapshot.reports)
    except IndexUnusable as error:
        if re.search("there is no index yet|was indexed anew", str(error)):
            return 0
        raise
