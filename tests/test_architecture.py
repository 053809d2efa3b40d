"""The shape of the program: one arrow between its parts, one door to each heavy library, and nothing done at import."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted([ROOT / "app.py", *(p for part in ("index", "qa", "web") for p in (ROOT / part).rglob("*.py"))])
MAY_IMPORT = {"app.py": {"web", "qa", "index"}, "web": {"web", "qa", "index"}, "qa": {"qa", "index"}, "index": {"index"}}
# `rapporteur chat` opens the chat: the command is the one place where the arrow is turned, inside a function.
TURNED = {("qa/cli.py", "web")}

DOORS = {
    "apsw": ("index/checksums.py", "index/database.py", "index/sqlite_store.py"),
    "charset_normalizer": ("index/readers/encoding.py",),
    "docx": ("index/readers/docx*.py", "web/keep.py"),  # the chat also writes Word files
    "faiss": ("index/nearest.py",),
    "httpx2": ("qa/model/wire.py",),
    "gradio": ("web/toolkit.py",),
    "langchain_core": ("qa/langchain.py",),
    "llama_index": ("qa/llamaindex.py",),
    "mcp": ("qa/mcp_server.py",),
    "milvus_lite": ("index/milvus.py",),
    "openai": ("qa/model/wire.py",),
    "openvino": ("index/openvino_model.py",),
    "pymilvus": ("index/milvus.py",),
    "pypdf": ("index/readers/pdf*.py",),
    "pypdfium2": ("index/readers/page_image.py",),
    "sentence_transformers": ("index/embed.py",),
    "Stemmer": ("index/terms.py",),
    "tokenizers": ("index/openvino_model.py",),
    "torch": ("index/embed.py",),
    "watchfiles": ("index/watching.py",),
    "trafilatura": ("index/readers/region.py",),
    "transformers": ("index/embed.py",),
}


def imports(path: Path) -> Iterator[str]:
    """Every module that a source file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_follow_the_arrow_and_use_the_doors(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    for module in imports(path):
        top = module.split(".")[0]
        if top in ("app", "web", "qa", "index"):
            assert top in MAY_IMPORT[name.split("/")[0]] or (name, top) in TURNED, f"{name} imports {module}"
        if top in DOORS:
            assert any(fnmatch(name, door) for door in DOORS[top]), f"{name} imports {module}; its door is {DOORS[top]}"


def test_every_door_is_used() -> None:
    used = {module.split(".")[0] for path in SOURCES for module in imports(path)}
    assert set(DOORS) - used == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_the_command_and_the_app_print(path: Path) -> None:
    calls = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call) and ast.unparse(n.func) == "print"]
    assert not calls or path.relative_to(ROOT).as_posix() in ("app.py", "qa/cli.py", "web/serve.py")


HEAVY = (
    "torch transformers sentence_transformers faiss gradio pypdf docx trafilatura openvino tokenizers lxml rapidfuzz pandas scipy openai "
    "httpx2 pymilvus milvus_lite grpc"
).split()
AT_IMPORT = f"""
import os, sys, threading
before = dict(os.environ), set(os.listdir(".")), threading.active_count()
import index, qa, qa.cli, index.rebuilding, index.readers, index.readers.guard
loaded = sorted(set({HEAVY!r}) & set(sys.modules))
assert not loaded, loaded
assert (dict(os.environ), set(os.listdir(".")), threading.active_count()) == before
"""


def test_importing_loads_nothing_heavy_prints_nothing_and_changes_nothing(tmp_path: Path) -> None:
    run = [sys.executable, "-W", "error", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}){AT_IMPORT}"]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
