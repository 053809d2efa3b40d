"""Embeddings: the converted model is the published one, alone or among others, in any thread, and without torch."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import numpy as np
import pytest

from index import embed, openvino_model
from index.embed import DEFAULT_MODEL, Embedder, SentenceTransformerEmbedder, load_embedder
from index.errors import ModelUnusable
from index.model_cache import intact

needs_openvino = pytest.mark.skipif(openvino_model.version() is None, reason="OpenVINO is not installed")

REPORT = (
    "Chair\u2019s Summary: Third Dialogue on Maritime Confidence, Port Vila, 4\u20136 March",
    "Participants from four delegations met for three days under the Chatham House Rule.",
    "Some participants emphasized that hotlines between coast guards are of little use unless they are tested at least once a month; "
    "others noted that two of the existing lines had not been answered during the incident of the previous autumn.",
    "There was no consensus on whether fishing vessels should carry transponders at all times.",
    "Japanese participants asked how the proposed registry would be paid for.",
    "The group agreed to meet again.",
    "Yes.",
    "(a) search and rescue; (b) oil spills; (c) the protection of submarine cables \u2013 \u201cthe quiet infrastructure\u201d.",
    "Der Vorsitzende dankte den Gastgebern. "
    "\u53c2\u52a0\u8005\u306f\u6d77\u6d0b\u5b89\u5168\u4fdd\u969c\u306b\u3064\u3044\u3066\u8b70\u8ad6\u3057\u305f\u3002",
    "A view was expressed that verification must come before any easing of sanctions, which another participant called the wrong order. "
    * 30,
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def fresh(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORTEUR_CACHE", str(cache))
    embed._embedder.cache_clear()


@pytest.fixture(scope="module")
def fast(cache: Path) -> Embedder:
    """The default model as OpenVINO runs it: converted here, once for this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPPORTEUR_CACHE", str(cache))
        embed._embedder.cache_clear()
        embedder = load_embedder()
    if not isinstance(embedder, openvino_model.OpenVINOEmbedder):
        pytest.skip("OpenVINO is not installed")
    return embedder


@pytest.fixture(scope="module")
def original() -> SentenceTransformerEmbedder:
    """The same model as sentence-transformers runs it."""
    return SentenceTransformerEmbedder(DEFAULT_MODEL, str(embed._default_folder()), embed._DEFAULT_SHA256)


def models(cache: Path) -> list[Path]:
    return [p for p in (cache / "models").iterdir() if p.is_dir()]


def in_a_fresh_process(code: str, home: Path, **variables: str) -> str:
    root = str(Path(embed.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": root, "HOME": str(home), **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_vectors_are_those_of_sentence_transformers(fast: Embedder, original: Embedder) -> None:
    ours, theirs = fast.embed(REPORT), original.embed(REPORT)
    assert (ours * theirs).sum(axis=1).min() > 0.999


@pytest.mark.shared
def test_vectors_of_a_real_report_are_those_of_sentence_transformers(fast: Embedder, original: Embedder, shared: Path) -> None:
    text = (shared / "reports" / "us-japan-russia-trilateral-second-round.txt").read_text("utf-8")
    lines = [line for line in text.split("\n") if line.strip()]
    cosines = (fast.embed(lines) * original.embed(lines)).sum(axis=1)
    assert len(lines) > 10
    assert cosines.min() > 0.999


def test_rows_have_length_one_and_keep_the_order_of_the_texts(fast: Embedder) -> None:
    vectors = fast.embed(REPORT)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(REPORT), fast.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.array_equal(fast.embed(REPORT[::-1]), vectors[::-1])


def test_a_text_has_the_same_vector_to_the_bit_alone_and_among_others(fast: Embedder) -> None:
    together = fast.embed([text for text in REPORT for _ in range(9)])[::9]
    assert np.array_equal(np.vstack([fast.embed([text]) for text in REPORT]), together)


def test_words_that_are_remembered_have_the_vectors_they_had_alone_and_are_not_more_than_so_many(
    fast: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openvino_model, "_WORDS_KEPT", 20)
    words = [f"vessel{number}" for number in range(48)]
    alone = np.vstack([fast._computed([word]) for word in words])  # type: ignore[attr-defined]
    assert np.array_equal(fast.embed(["The first question?", *words])[1:], alone)
    for text in (*words, "another"):
        fast.embed([text, "A question of several words."])
        assert len(fast._words) <= 48 + 20  # type: ignore[attr-defined]
        assert "A question of several words." not in fast._words  # type: ignore[attr-defined]
    assert np.array_equal(fast.embed([*words[::-1], words[0]]), np.vstack([alone[::-1], alone[:1]]))


def test_only_the_first_256_tokens_count(fast: Embedder) -> None:
    long = "verification " * 254
    assert np.array_equal(fast.embed([long + "Iceland"]), fast.embed([long]))
    assert not np.array_equal(fast.embed(["verification " * 253 + "Iceland"]), fast.embed([long]))


def test_no_texts_give_no_rows_and_an_empty_text_gives_one(fast: Embedder, original: Embedder) -> None:
    assert fast.embed([]).shape == original.embed([]).shape == (0, fast.dimension)
    assert np.allclose(fast.embed([""]), original.embed([""]), atol=0.01)


def test_a_lone_surrogate_is_no_obstacle(fast: Embedder) -> None:
    assert np.array_equal(fast.embed(["The \ud800 group agreed."]), fast.embed(["The ? group agreed."]))


def test_threads_get_the_vectors_of_their_own_texts(fast: Embedder) -> None:
    alone = [fast.embed([text])[0] for text in REPORT]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: fast.embed([REPORT[n % len(REPORT)]])[0], range(80)))
    assert all(np.array_equal(vector, alone[n % len(REPORT)]) for n, vector in enumerate(found))


# Threads are first to use OpenVINO here, which deadlocks without the first call under a lock.
ASKING = """
import sys, threading
from index.embed import load_embedder
shapes = []
def ask(): shapes.append(load_embedder().embed(["Who agreed?"]).shape)
threads = [threading.Thread(target=ask) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
heavy = ("torch", "transformers", "scipy", "sentence_transformers", "openvino_telemetry")
print(shapes == [(1, 384)] * 4, [m for m in heavy if m in sys.modules])
"""


@pytest.mark.usefixtures("fast")
def test_asking_imports_neither_torch_nor_transformers_nor_scipy_and_tells_nobody(tmp_path: Path) -> None:
    assert in_a_fresh_process(ASKING, tmp_path) == "True []\n"
    assert list(tmp_path.iterdir()) == [], "OpenVINO's telemetry leaves a folder in the user's home"


def test_a_damaged_conversion_is_made_again(fast: Embedder, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (good,) = models(cache)
    monkeypatch.setenv("RAPPORTEUR_CACHE", str(tmp_path))
    made = []

    def copy(_: Path, target: Path, __: Path) -> None:
        made.append(target)
        for file in good.iterdir():
            if file.name != "SHA256SUMS":
                shutil.copy(file, target)

    monkeypatch.setattr(embed, "_convert_apart", copy)
    load_embedder()
    (mine,) = models(tmp_path)
    with (mine / "model.bin").open("r+b") as stream:
        stream.seek(1_000_000)
        stream.write(b"\xff" * 100)
    embed._embedder.cache_clear()
    assert not intact(mine)
    assert np.array_equal(load_embedder().embed(REPORT[:2]), fast.embed(REPORT[:2]))
    assert intact(mine)
    embed._embedder.cache_clear()
    load_embedder()
    assert len(made) == 2, "an intact conversion is not made again"


def test_without_openvino_sentence_transformers_answers_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(openvino_model, "version", lambda: None)
    embedder = load_embedder()
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert (embedder.engine, embedder.precision) == ("sentence-transformers", "f32")
    assert embedder.embed(["Who agreed?"]).shape == (1, 384)
    assert capfd.readouterr() == ("", "")


@needs_openvino
def test_a_model_that_was_refused_once_is_not_converted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORTEUR_CACHE", str(tmp_path))
    tries = []

    def refuse(_: Path, target: Path, refused: Path) -> None:
        tries.append(target)
        refused.write_text("ValueError: it maps texts to pictures")
        raise RuntimeError

    monkeypatch.setattr(embed, "_convert_apart", refuse)
    for _ in range(2):
        embed._embedder.cache_clear()
        assert isinstance(load_embedder(), SentenceTransformerEmbedder)
    assert len(tries) == 1


@pytest.mark.parametrize(("error", "status"), [(ValueError("no"), embed._REFUSED), (OSError(28, "full"), 1), (MemoryError(), 1)])
def test_only_a_refusal_that_would_come_again_is_remembered(error: Exception, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: str) -> None:
        raise error

    monkeypatch.setattr(embed, "convert", fail)
    assert embed._convert_or_say_why("folder", "target") == status


def test_a_change_of_settings_is_another_conversion(tmp_path: Path) -> None:
    (tmp_path / "sentence_bert_config.json").write_text('{"max_seq_length": 256}')
    before = embed._cache_key(tmp_path, "f00", "2026.4.1")
    (tmp_path / "sentence_bert_config.json").write_text('{"max_seq_length": 128}')
    assert embed._cache_key(tmp_path, "f00", "2026.4.1") != before
    assert embed._cache_key(tmp_path, "f00", "2026.5.0") != embed._cache_key(tmp_path, "f00", "2026.4.1")


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(ModelUnusable, match="/no/such/model: no such model"):
        load_embedder("/no/such/model")


def test_a_model_in_the_hubs_cache_is_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    for name, kept in {"org/one": "models--org--one", "two": "models--sentence-transformers--two"}.items():
        with pytest.raises(ModelUnusable, match=f"{name}: no such model"):
            load_embedder(name)
        home = tmp_path / kept
        (home / "refs").mkdir(parents=True)
        (home / "refs" / "main").write_text("abc123")
        (home / "snapshots" / "abc123").mkdir(parents=True)
        with pytest.raises(ModelUnusable, match=f"{name}: .* no weights as safetensors"):
            load_embedder(name)


def test_a_folder_without_safetensors_is_refused_though_it_holds_pickled_weights(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelUnusable, match="no weights as safetensors"):
        load_embedder(str(tmp_path))


def test_a_default_model_with_other_weights_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "_DEFAULT_SHA256", "0" * 64)
    with pytest.raises(ModelUnusable, match="not those its authors published"):
        load_embedder()


def test_weights_that_are_no_model_are_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openvino_model, "version", lambda: None)
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelUnusable, match=f"{tmp_path}: the embedding model cannot be loaded"):
        load_embedder(str(tmp_path))


def test_the_weights_hash_is_that_of_the_file_and_of_all_files_where_there_are_several(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"abc")
    assert embed.weights_sha256("m", tmp_path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    (tmp_path / "b.safetensors").write_bytes(b"")
    both = embed.weights_sha256("m", tmp_path)
    (tmp_path / "b.safetensors").write_bytes(b"d")
    assert len({both, embed.weights_sha256("m", tmp_path), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}) == 3


class Judged:
    """SciFact's queries over its judged texts and some others: nDCG@10 of words (BM25) and vectors, each scaled to 0..1 and summed."""

    def __init__(self, folder: Path, others: int) -> None:
        lines = (folder / "qrels.tsv").read_text("utf-8").split("\n")[1:]
        pairs = {(q, d) for q, d, grade in (line.split("\t") for line in lines if line) if int(grade) > 0}
        queries = {q["id"]: q["text"] for q in map(json.loads, (folder / "queries.jsonl").read_text("utf-8").strip().split("\n"))}
        texts = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").strip().split("\n")]
        wanted = {d for _, d in pairs}
        texts = [t for t in texts if t["id"] in wanted] + [t for t in texts if t["id"] not in wanted][:others]
        place = {t["id"]: n for n, t in enumerate(texts)}
        self.texts = [f"{t['title']}\n{t['text']}" for t in texts]
        self.relevant: dict[str, set[int]] = {}
        for query, text in pairs:
            self.relevant.setdefault(queries[query], set()).add(place[text])
        self.words = apsw.Connection(":memory:")
        self.words.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'porter')")
        self.words.executemany("INSERT INTO words(rowid, text) VALUES (?, ?)", list(enumerate(self.texts)))

    def fused_ndcg(self, embedder: Embedder) -> float:
        near = embedder.embed(list(self.relevant)) @ embedder.embed(self.texts).T
        pairs = zip(self.relevant.items(), near, strict=True)
        return float(np.mean([self.ndcg(scaled(row) + scaled(self.bm25(query)), relevant) for (query, relevant), row in pairs]))

    def bm25(self, query: str) -> np.ndarray:
        scores = np.zeros(len(self.texts))
        match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query))
        for row, score in self.words.execute("SELECT rowid, -bm25(words) FROM words WHERE words MATCH ?", (match,)):
            scores[row] = score
        return scores

    def ndcg(self, scores: np.ndarray, relevant: set[int]) -> float:
        gains = [1 / np.log2(rank + 2) for rank in range(10)]
        first = np.argsort(-scores, kind="stable")[:10]
        found = sum(gain for gain, row in zip(gains, first, strict=True) if int(row) in relevant)
        return float(found / sum(gains[: len(relevant)]))


def scaled(scores: np.ndarray) -> np.ndarray:
    return (scores - scores.min()) / (np.ptp(scores) or 1)


@pytest.mark.slow
@pytest.mark.shared
def test_the_fused_ranking_of_scifact_is_as_good_as_with_fp32(
    fast: Embedder, original: Embedder, shared: Path, request: pytest.FixtureRequest
) -> None:
    if "slow" not in (request.config.option.markexpr or ""):
        pytest.skip("embeds two thousand abstracts with sentence-transformers: run with -m slow")
    judged = Judged(shared / "retrieval" / "scifact", others=1500)
    ours, theirs = judged.fused_ndcg(fast), judged.fused_ndcg(original)
    assert theirs > 0.5
    assert abs(ours - theirs) <= 0.003
