"""`rapporteur check`: what is wrong is named, what is derived is mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.vectors_file import VECTORS
from qa.cli import main

TEXT = "Coral Dialogue\n\nParticipants agreed that coral nurseries should be mapped.\n"


@pytest.fixture
def folder(small_library: Any) -> Path:
    return Path(small_library({"coral.txt": TEXT}).index)


def test_a_sound_index_is_said_to_be_sound(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--index", str(folder)]) == 0
    assert "the index is sound" in capsys.readouterr().out


def test_damaged_vectors_are_named_and_made_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / VECTORS).write_bytes(b"rubbish")
    assert main(["check", "--index", str(folder)]) == 1
    assert "rapporteur check --repair" in capsys.readouterr().out
    assert main(["check", "--repair", "--json", "--index", str(folder)]) == 0
    assert json.loads(capsys.readouterr().out)["repaired"]
    assert main(["check", "--index", str(folder)]) == 0


def test_a_missing_index_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--index", str(tmp_path / "none")]) == 1
    assert "there is no index yet" in capsys.readouterr().err
