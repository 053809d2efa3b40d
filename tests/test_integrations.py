"""Every example of docs/integrations.md, run as it stands there against the real server over the sample library."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_library import free_port, started

from tests.fakes import SmallLibrary

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "integrations.md").read_text("utf-8")
SERVER = "http://127.0.0.1:7860"
GUARDS = "Participants from Nigeria opposed foreign guards,"


@pytest.fixture(scope="module")
def site(library: SmallLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`rapporteur chat` over the sample library, in a process of its own."""
    port, log = free_port(), tmp_path_factory.mktemp("server") / "server.log"
    command = [sys.executable, "-m", "qa.cli", "chat", "--index", str(library.index), "--port", str(port)]
    with started(command, log):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def here(library: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose .index is the sample library's, with the `rapporteur` of this program in reach."""
    (tmp_path / ".index").symlink_to(library.index)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]]))


def example(words: str, kind: str = "python") -> str:
    """The one example in which `words` stand."""
    (found,) = [block for block in re.findall(rf"(?ms)^```{kind}\n(.*?)^```$", PAGE) if words in block]
    return found


@pytest.mark.parametrize(
    ("words", "prints"),
    [
        ("StdioServerParameters", f"['Nigeria'] disagreed {GUARDS}"),
        ("import httpx", f"answered {GUARDS}"),
        ("gradio_client", GUARDS),
        ("qa.langchain", "Germany-Japan-Kazakhstan Trilateral: Second Round"),
        ("qa.llamaindex", "hydrogen"),
    ],
)
@pytest.mark.usefixtures("here")
def test_each_python_example_runs_and_prints_what_it_is_for(site: str, capfd: pytest.CaptureFixture[str], words: str, prints: str) -> None:
    exec(compile(example(words).replace(SERVER, site), words, "exec"), {"__name__": "__main__"})
    assert prints in capfd.readouterr().out


def test_no_python_example_goes_untried() -> None:
    assert len(re.findall(r"(?m)^```python$", PAGE)) == 5


def test_the_example_with_curl_is_answered(site: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    done = subprocess.run(
        ["bash", "-c", example("curl", "sh").replace(SERVER, site)], capture_output=True, text=True, timeout=60, check=True
    )
    assert '"status":"answered"' in done.stdout
