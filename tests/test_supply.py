"""What comes from others: no version with a known hole may be installed, and no model may bring code."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# The first versions without the holes known when this was written.
FLOORS = {
    "pypdf": (6, 19),
    "gradio": (6, 25),
    "sentence-transformers": (6, 0),
    "transformers": (5, 10, 1),
    "lxml": (6, 1),
    "faiss-cpu": (1, 15, 1),
}


def declared() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    return {re.split(r"[<>=~!\[ ]", line)[0].lower(): line for line in lines}


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return {name.lower(): version for name, _, version in (line.partition("==") for line in lines if "==" in line)}


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.match(r"[\d.]*\d", version)[0].split("."))  # type: ignore[index]


@pytest.mark.parametrize("name", FLOORS)
def test_no_version_with_a_known_hole_may_be_installed(name: str) -> None:
    least = re.search(r"[>=]=([\d.]+)", declared()[name])
    assert least is not None, f"{name} has no floor"
    assert numbers(least[1]) >= FLOORS[name]
    assert numbers(pinned()[name]) >= FLOORS[name]


def test_what_is_declared_is_pinned() -> None:
    assert {name.replace("_", "-") for name in declared()} <= {name.replace("_", "-") for name in pinned()}


@pytest.mark.parametrize(
    "path", [*sorted(ROOT.glob("index/**/*.py")), *sorted(ROOT.glob("qa/**/*.py")), *sorted(ROOT.glob("web/**/*.py"))], ids=str
)
def test_no_module_loads_code_or_pickles_of_others(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("trust_remote_code", "allow_pickle"):
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            assert not {name.split(".")[0] for name in names} & {"pickle", "shelve", "marshal", "dill", "joblib"}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile")
