"""README's transcripts, help texts and file tree, written from the program as it is: `python benchmarks/transcripts.py [--check]`.

In README.md's blocks marked `console`, each line that begins with "$ " is a command; it is run over the sample library in a folder of its
own, and what it prints is put under it. In the block marked `text tree` stand the files, each with the first words of its docstring or
comment. `--check` writes nothing and leaves with 1 where README differs; tests/test_docs.py does the same.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(console|text tree)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WIDTH = 140  # characters of a line of the tree

# Files whose first line cannot say what they are, and folders that stand for all that is in them.
SAID = {
    ".ci/run": "What a new machine runs: lint and all tests",
    "app.py": "The web chat over documents/: index what is new there, then open the page",
    "ARCHITECTURE.md": "How it works, why so, and where to change what: ten minutes",
    "CHANGELOG.md": "What changed, by version",
    "compose.yaml": "The chat and an index that follows its folder, in containers; a Milvus for later",
    "constraints.txt": "The versions that are tested together",
    "CONTRIBUTING.md": "Set-up, habits, tests; how to add a reader, a rule, a name",
    "Dockerfile": "The program in a container: no root, nothing fetched when it runs, the model inside",
    "LICENSE": "Apache-2.0",
    "Makefile": "chat, test, lint, index, clean; each sets up what it needs",
    "pyproject.toml": "What is needed, what is built, and the rules of ruff, mypy and pytest with their reasons",
    "README.md": "What it is and how to use it; its transcripts and this tree are written by benchmarks/transcripts.py",
    "SECURITY.md": "What is protected, and what is not",
    "documents": "The reports; ships a sample library of ten, described in its own README",
    "docs/screenshots": "Made by benchmarks/screenshots.py",
    "index/data/names.toml": "The countries, and the words by which reports call them",
    "index/data/thesaurus.toml": "Words that say nearly the same: a question may use one for the other",
    "index/data/words.toml": "The words by which reports say who holds a view, and how firmly",
    "tests/cases": "Text files of cases: what a careful reader says of a sentence or a page",
    "tests/offline": "Keeps processes that tests start off the network",
    "tests/sample": "The sources of the sample library, and its judgement",
    "web/favicon.png": "The page's icon",
    "web/script": "What HTML alone cannot do: clicks on quotes, keys, copying; one file a view",
    "web/style": "How the page looks: light, dark, phone; one file a view",
}
FOLDERS = (
    "index",
    "index/readers",
    "index/meeting",
    "index/attribution",
    "index/data",
    "qa",
    "web",
    "docs",
    "documents",
    "benchmarks",
    "tests",
)
PASSED_OVER = {"__init__.py", "README.md"}
LISTED = {".py", ".md", ".toml", ".js", ".css", ".png"}


def renewed(text: str, folder: Path) -> str:
    """README's text with its blocks written anew; `folder` holds documents/ and is where the commands run."""
    return BLOCK.sub(lambda m: f"```{m[1]}\n{transcript(m[2], folder) if m[1] == 'console' else tree()}```", text)


def transcript(body: str, folder: Path) -> str:
    """The commands of a block, each with what it prints now; the seconds a rebuild took are left open."""
    parts = []
    for command in re.findall(r"(?m)^\$ (.+)$", body):
        printed = re.sub(r"\b\d+\.\d s$", "… s", run(command, folder), flags=re.MULTILINE)
        parts.append(f"$ {command}\n{printed.rstrip()}".rstrip() + "\n")
    return "\n".join(parts)


def run(command: str, folder: Path) -> str:
    """What `rapporteur ...` prints on a terminal 100 columns wide; `> FILE` at its end puts that into a file instead."""
    from qa.cli import main  # noqa: PLC0415 - after the environment is set

    name, *words = shlex.split(command)
    if name != "rapporteur":
        raise SystemExit(f"{command}: only `rapporteur` may stand in a transcript.")
    target = words[words.index(">") + 1] if ">" in words else None
    out = io.StringIO()
    with _at_home(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
        main(words[: words.index(">")] if target else words)
    if target is None:
        return out.getvalue()
    (folder / target).write_text(out.getvalue(), "utf-8")
    return ""


@contextlib.contextmanager
def _at_home(folder: Path) -> Iterator[None]:
    """In `folder`, with its own index, and with a terminal that is the same everywhere."""
    before = dict(os.environ)
    os.environ.update({"COLUMNS": "100", "NO_COLOR": "1", "HF_HUB_OFFLINE": "1"})
    os.environ.pop("RAPPORTEUR_INDEX", None)
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def tree() -> str:
    """All files of the project, folder by folder, each with half a line."""
    parts = [_rows("", _listed(ROOT))]
    for name in FOLDERS:
        folder = ROOT / name
        package = folder / "__init__.py"
        about = _about(folder) if name in SAID else _about(package) if package.is_file() and _has_docstring(package) else ""
        head = f"{name}/".ljust(20) + about if about else f"{name}/"
        parts.append(_fitting("", head.rstrip()) + "\n" + _rows("    ", [] if name in SAID else _listed(folder)))
    return "\n".join(parts)


def _rows(indent: str, paths: Sequence[Path]) -> str:
    shown = [(_shown(path), path) for path in paths]
    width = max((len(name) for name, _ in shown), default=0) + 2
    return "".join(_fitting(f"{indent}{name.ljust(width)}", _about(path)) + "\n" for name, path in shown)


def _shown(path: Path) -> str:
    return ".ci/run" if path.parent.name == ".ci" else path.name + ("/" if path.is_dir() else "")


def _listed(folder: Path) -> list[Path]:
    """The files of a folder that belong to the project, and those of its folders that one line stands for; files first."""
    if folder == ROOT:
        named = [ROOT / name for name in SAID if (ROOT / name).is_file() and name.count("/") == name.count(".ci/")]
        return sorted(named, key=lambda p: p.name.lower())
    listed = [p for p in folder.iterdir() if p.name not in PASSED_OVER and not p.name.startswith(".")]
    listed = [p for p in listed if p.suffix in LISTED or p.relative_to(ROOT).as_posix() in SAID]
    return sorted(listed, key=lambda p: (p.is_dir(), p.name.lower()))


def _has_docstring(path: Path) -> bool:
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))) is not None


def _about(path: Path) -> str:
    """What a file is, in its own words."""
    name = path.relative_to(ROOT).as_posix()
    if name in SAID:
        return SAID[name]
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return re.sub(r"^#+\s*", "", text.split("\n", 1)[0])
    if path.suffix == ".py":
        said = ast.get_docstring(ast.parse(text))
        if said:
            return re.sub(r"\s+", " ", re.split(r"(?<=[.?!])\s", said.replace("\n", " "), maxsplit=1)[0]).rstrip(".")
        if path.name.startswith("test_"):
            return f"Claims about {path.stem.removeprefix('test_')}"
    raise SystemExit(f"{name}: give it a docstring, or say in benchmarks/transcripts.py what it is.")


def _fitting(begin: str, about: str) -> str:
    """One line of the tree: a sentence that is too long ends at its last clause that fits."""
    if len(begin) + len(about) <= WIDTH:
        return begin + about
    room = about[: WIDTH - len(begin)]
    ends = [m.start() for m in re.finditer(r"[:;,](?=\s)| \(", room) if room.count("(", 0, m.start()) == room.count(")", 0, m.start())]
    return begin + (room[: ends[-1]] if ends else room.rsplit(" ", 1)[0])


def prepare(folder: Path) -> None:
    """Put the sample library into `folder` and index it."""
    from index import rebuild  # noqa: PLC0415 - README alone needs none of it

    shutil.copytree(ROOT / "documents", folder / "documents")
    rebuild(folder / "documents", folder / ".index")


def main() -> int:
    """Write README anew, or with `--check` say whether it is true."""
    old = README.read_text("utf-8")
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        new = renewed(old, Path(name))
    if "--check" in sys.argv:
        print("README is as the program is." if new == old else "README differs from the program: python benchmarks/transcripts.py")
        return int(new != old)
    README.write_text(new, "utf-8")
    print("README is written." if new != old else "README was true.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
