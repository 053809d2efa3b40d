"""The documents: what they show is what the program prints now, and what they name is there."""

from __future__ import annotations

import doctest
import importlib.util
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "documents" / "README.md"])
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def load(path: Path) -> ModuleType:
    """A module of benchmarks/, which is no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


transcripts = load(ROOT / "benchmarks" / "transcripts.py")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents/ and an index of it."""
    folder = tmp_path_factory.mktemp("docs")
    transcripts.prepare(folder)
    return folder


def prose(path: Path) -> str:
    """The document without its code blocks."""
    return FENCE.sub("", path.read_text("utf-8"))


def anchors(path: Path) -> set[str]:
    """The addresses of a document's headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+\s+(.*)$", prose(path))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("block", transcripts.BLOCK.findall(README), ids=lambda block: re.sub(r"\W+", "-", block[1][:40]))
def test_readme_shows_what_the_program_prints(block: tuple[str, str], home: Path) -> None:
    """Where this fails, `python benchmarks/transcripts.py` writes README anew; read what changed before you commit it."""
    kind, shown = block
    assert shown == (transcripts.transcript(shown, home) if kind == "console" else transcripts.tree())


def test_readmes_python_runs_as_shown(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    examples = "\n".join(re.findall(r"(?ms)^```pycon\n(.*?)^```$", README))
    test = doctest.DocTestParser().get_doctest(examples, {}, "README.md", "README.md", 0)
    assert len(test.examples) > 10
    said: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(test, out=said.append).failed == 0, "".join(said)


def test_the_first_screen_says_what_it_is_answers_once_and_says_how_to_start() -> None:
    screen = "\n".join(README.splitlines()[:45])
    assert re.search(r"\A# Rapporteur\n\n[^\n]+\.\n\n```console\n\$ rapporteur ask ", screen)
    assert re.search(r"(?m)^\[1\] .*“.+”$", screen)
    assert screen.index("make chat") < screen.index("make test") < screen.index("pip install -c constraints.txt -e .")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"https?://", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_and_test_that_a_document_names_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    named = set(re.findall(r"(?<![\w/.])(?:index|qa|web|tests|benchmarks|docs)/[\w/.-]*\w", text))
    tests = "\n".join(p.read_text("utf-8") for p in sorted((ROOT / "tests").glob("test_*.py")))
    missing = [name for name in sorted(named) if not (ROOT / name).exists()]
    missing += [name for name in sorted(set(re.findall(r"`(test_\w+)`", text))) if f"def {name}(" not in tests]
    assert missing == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")), ids=lambda path: path.name)
def test_lines_of_prose_fit_on_a_screen(path: Path) -> None:
    lines = [line for line in prose(path).splitlines() if not line.startswith(("|", "!["))]
    assert [line for line in lines if len(line) > 140] == []


def test_the_changelog_is_in_the_form_of_keep_a_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"(?m)^## (.*)$", text)
    assert versions[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", version) for version in versions[1:])
    assert set(re.findall(r"(?m)^### (.*)$", text)) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
