"""What all tests share: the judged sets beside the repository, small libraries, the sample library, and no network but loopback."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from tests.fakes import SmallLibrary, WordHash, word_hashes

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
DOCUMENTS = ROOT / "documents"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """No test may reach another machine, nor may the processes that it starts (tests/offline/sitecustomize.py)."""
    config.option.allow_hosts = "127.0.0.1,::1"
    config.option.allow_unix_socket = True
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT / "tests" / "offline"), os.environ.get("PYTHONPATH"))))
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.pop("RAPPORTEUR_INDEX", None)  # a developer's own index is none of the tests' business


@pytest.fixture
def shared() -> Path:
    """The folder of judged sets; a test that needs it skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the judged sets are not here: {SHARED}")
    return SHARED


@pytest.fixture
def word_hash() -> Iterator[WordHash]:
    """The word-hash model in the place of the real one, for indexing and for asking."""
    with word_hashes() as embedder:
        yield embedder


@pytest.fixture
def small_library(tmp_path: Path, word_hash: WordHash) -> Callable[..., SmallLibrary]:
    """Makes a library of the texts given by file name, indexed with word hashes."""

    def make(files: dict[str, str | bytes], name: str = "library") -> SmallLibrary:
        library = SmallLibrary(tmp_path / name)
        library.write(files)
        library.rebuild()
        return library

    return make


@pytest.fixture(scope="session")
def milvus() -> Iterator[None]:
    """Milvus Lite: questions under way are not waited for, and every file is let go at the end. Skips where it is not installed."""
    pytest.importorskip("milvus_lite", reason="an index in Milvus needs the extra `milvus`, and Milvus Lite is not for every system")
    from index.milvus import _clients, disconnect

    # pymilvus waits half a second for each index that it makes, however quick Milvus Lite is.
    quick = SimpleNamespace(**vars(time) | {"sleep": lambda seconds: time.sleep(min(seconds, 0.01))})
    with patch("index.milvus_writer._QUESTION", 0.0), patch("pymilvus.client.grpc_handler.time", quick):
        yield
    for index in list(_clients):
        disconnect(index)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    """The sample library, and the real report where it is at hand, indexed with the real model. Not to be changed."""
    from index import rebuild

    home = SmallLibrary(tmp_path_factory.mktemp("sample"))
    shutil.copytree(DOCUMENTS, home.documents, dirs_exist_ok=True)
    if (SHARED / "reports").is_dir():
        shutil.copytree(SHARED / "reports", home.documents / "real")
    home.built = rebuild(home.documents, home.index)
    return home


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium for one module's tests: kept for longer, its event loop would be in the way of tests that have their own."""
    from browser_visit import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def size() -> tuple[int, int]:
    """Pixels of the page: a desk, unless a test says otherwise."""
    return (1440, 900)
