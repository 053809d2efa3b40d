"""gradio comes in quickly, and comes in all the same where it is made otherwise than we know it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run(code: str, *paths: Path) -> str:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [*paths, ROOT]))}
    return subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True).stdout.strip()


def test_a_component_gets_no_stub_beside_its_source(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("from web.toolkit import gradio\n\n\nclass Own(gradio.Textbox):\n    EVENTS = ['change']\n", "utf-8")
    assert run("import own, gc, gradio.utils; print(gc.isenabled(), own.gradio.utils is gradio.utils)", tmp_path) == "True True"
    assert not (tmp_path / "own.pyi").exists()


def test_another_gradio_is_imported_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "gradio").mkdir()
    (tmp_path / "gradio" / "__init__.py").write_text("made = 'otherwise'", "utf-8")
    assert run("from web.toolkit import gradio; print(gradio.made)", tmp_path) == "otherwise"


def test_a_gradio_without_the_writer_of_stubs_is_imported_whole(tmp_path: Path) -> None:
    (tmp_path / "gradio").mkdir()
    (tmp_path / "gradio" / "__init__.py").write_text("from gradio.component_meta import kept", "utf-8")
    (tmp_path / "gradio" / "component_meta.py").write_text("kept = 'whole'", "utf-8")
    assert run("from web.toolkit import gradio; print(gradio.kept, gradio.component_meta.kept)", tmp_path) == "whole whole"
