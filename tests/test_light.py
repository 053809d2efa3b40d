"""Asking is light: neither the command nor the chat imports what only indexing and converting need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index import openvino_model
from index.embed import load_embedder
from tests.fakes import SmallLibrary

ROOT = Path(__file__).parent.parent
HEAVY = ("torch", "transformers", "sentence_transformers", "scipy", "pypdf", "trafilatura")
ASK = "import qa; qa.ask('What did participants agree on?', index={index!r}); qa.retrieve('hotline', index={index!r})"
CHAT = "from web.page import build; build('no index here')"


@pytest.mark.skipif(openvino_model.version() is None, reason="OpenVINO is not installed")
@pytest.mark.parametrize("code", [ASK, CHAT], ids=["ask", "chat"])
def test_asking_and_the_chat_import_neither_torch_nor_transformers_nor_scipy_nor_readers(code: str, library: SmallLibrary) -> None:
    load_embedder()  # converted once, by whoever comes first
    told = f"import sys; {code.format(index=str(library.index))}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", told],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
