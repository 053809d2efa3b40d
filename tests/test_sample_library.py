"""The ten reports that ship, and how a careful reader judges them (tests/sample/)."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from index.readers import read_report

ROOT = Path(__file__).parent.parent
DOCUMENTS = ROOT / "documents"
SAMPLE = Path(__file__).parent / "sample"
REPORTS = sorted(p.name for p in DOCUMENTS.iterdir() if p.suffix in {".txt", ".md", ".html", ".pdf", ".docx"} and p.name != "README.md")
GOLD: dict[str, Any] = json.loads((SAMPLE / "gold.json").read_text("utf-8"))


@cache
def text_of(name: str) -> str:
    return read_report(DOCUMENTS / name, name).text


def readings(name: str) -> list[str]:
    """The text with white space folded: as it stands, and with words joined that a line end hyphenates."""
    text = text_of(name)
    joined = [re.sub(r"(\w)[-\u00ad][ \t]*\n\s*(\w)", rf"\1{hyphen}\2", text) for hyphen in ("", "-")]
    return [re.sub(r"\s+", " ", reading) for reading in (text, *joined)]


def test_all_five_formats_and_at_least_eight_reports_ship() -> None:
    assert {Path(name).suffix for name in REPORTS} == {".txt", ".md", ".html", ".pdf", ".docx"}
    assert len(REPORTS) >= 8


def test_the_readme_lists_each_file_and_no_other() -> None:
    listed = re.findall(r"(?m)^\| `([^`]+)` \|", (DOCUMENTS / "README.md").read_text("utf-8"))
    assert sorted(listed) == REPORTS


def test_the_readme_says_that_the_reports_are_fictional_and_gives_twenty_questions() -> None:
    readme = (DOCUMENTS / "README.md").read_text("utf-8")
    assert "fictional" in readme
    assert len(re.findall(r"(?m)^\d+\. ", readme)) == 20


@pytest.mark.parametrize("name", REPORTS)
def test_no_report_says_that_it_is_fiction(name: str) -> None:
    assert "fiction" not in text_of(name).casefold()


@pytest.mark.parametrize("name", REPORTS)
def test_every_judged_sentence_stands_in_the_report_as_read(name: str) -> None:
    texts = readings(name)
    missing = [s["quote"] for s in GOLD["reports"][name]["statements"] if not any(s["quote"] in text for text in texts)]
    assert missing == []


def test_every_report_is_judged() -> None:
    assert sorted(GOLD["reports"]) == REPORTS


def test_every_quote_that_a_question_wants_lies_in_a_judged_sentence() -> None:
    for question in GOLD["questions"]:
        for wanted in (*question["must_quote"], *question["any_quote"]):
            quotes = [s["quote"] for s in GOLD["reports"][wanted["report"]]["statements"]]
            assert any(wanted["text"] in quote for quote in quotes), question["id"]


def test_one_report_is_not_utf_8_and_is_read_with_its_accents() -> None:
    name = "Cádiz record Oct 2019.txt"
    with pytest.raises(UnicodeDecodeError):
        (DOCUMENTS / name).read_text("utf-8")
    assert "about €2 billion a year, more than a tenth of the country’s income" in text_of(name)


def test_the_library_is_what_its_sources_say(tmp_path: Path) -> None:
    """Text to the byte; PDF and DOCX may differ with the versions of the libraries that write them, so their judged sentences must not."""
    subprocess.run([sys.executable, str(SAMPLE / "build.py"), str(tmp_path)], check=True, cwd=ROOT)
    assert sorted(p.name for p in (tmp_path / "reports").iterdir()) == REPORTS
    for name in REPORTS:
        if not name.endswith((".pdf", ".docx")):
            assert (tmp_path / "reports" / name).read_bytes() == (DOCUMENTS / name).read_bytes(), name
    assert json.loads((tmp_path / "gold.json").read_text("utf-8")) == GOLD


@pytest.mark.shared
def test_the_judgement_passes_the_check_of_judged_sets(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = importlib.util.spec_from_file_location("check_set", shared / "dialogues" / "check_set.py")
    assert spec is not None
    assert spec.loader is not None
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    shutil.copytree(DOCUMENTS, tmp_path / "reports", ignore=shutil.ignore_patterns("README.md", "names.toml"))
    old = tmp_path / "reports" / "Cádiz record Oct 2019.txt"
    old.write_text(old.read_text("cp1252"), "utf-8")  # the check knows UTF-8 only
    shutil.copy(SAMPLE / "gold.json", tmp_path)
    failed = check.main([str(tmp_path)])
    assert not failed, capsys.readouterr().out
