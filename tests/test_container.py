"""The container's files, read as an engine would: no engine runs here, so nothing shows that the image builds.

What the image leaves out is tried, though: the program indexes and answers without it, its model's folder read-only.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from index.model_cache import cache_folder, kept_folder
from qa.cli import main
from tests.fakes import BALTIC, SmallLibrary

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
MODULES = {"scikit-learn": "sklearn", "sentence-transformers": "sentence_transformers"}


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with its text, continued lines joined."""
    text = re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE).replace("\\\n", " ")
    return [(line.split(None, 1)[0], line.split(None, 1)[1].strip()) for line in text.splitlines() if line.strip()]


def last_stage() -> list[tuple[str, str]]:
    begins = max(n for n, (name, _) in enumerate(instructions()) if name == "FROM")
    return instructions()[begins:]


def test_everything_copied_into_the_image_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = [text.split()[:-1] for name, text in instructions() if name == "COPY" and not text.startswith("--from")]
    sources = [source for line in copied for source in line]
    assert {"pyproject.toml", "index", "qa", "web"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in ignored, source
    assert "documents" not in sources


def test_the_image_runs_as_nobody_in_particular_and_says_whether_it_is_well() -> None:
    stage = dict(last_stage())
    user = stage["USER"]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert f"--uid {user.split(':')[0]} " in stage["RUN"]
    assert "/api/health" in stage["HEALTHCHECK"]
    assert stage["STOPSIGNAL"] == "SIGINT"
    assert json.loads(stage["ENTRYPOINT"]) == ["rapporteur"]
    assert "pip install" not in stage["RUN"]


@pytest.mark.parametrize("command", [json.loads(dict(last_stage())["CMD"]), *(s["command"] for s in COMPOSE["services"].values())], ids=str)
def test_each_command_of_the_container_is_one_that_there_is(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    if command[0] == "milvus":
        return
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert all(option in shown for option in command if option.startswith("--"))


def test_compose_gives_the_program_nothing_it_does_not_need() -> None:
    volumes = set(COMPOSE["volumes"])
    for name in ("chat", "index"):
        service = COMPOSE["services"][name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert re.fullmatch(r"[1-9]g", service["mem_limit"]), "what takes all memory takes it from this service alone"
        assert any(mount.startswith("/tmp") for mount in service["tmpfs"])
        assert "./documents:/data/documents:ro" in service["volumes"]
        assert {mount.split(":")[0] for mount in service["volumes"]} - {"./documents"} <= volumes
    for service in COMPOSE["services"].values():
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert re.fullmatch(r"[\w/]+:[\w.]+", service["image"]), "a tag that says which"
    assert COMPOSE["services"]["chat"]["ports"] == ["127.0.0.1:7860:7860"], "this machine only"
    assert COMPOSE["services"]["index"]["network_mode"] == "none"
    assert COMPOSE["services"]["milvus"]["profiles"] == ["milvus"], "only who asks for it gets it"


GONE = """
import sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in NAMES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
NAMES = set(sys.argv[1].split())
sys.meta_path.insert(0, Gone())
from index import rebuild
import qa
documents, index = sys.argv[2:]
assert rebuild(documents, index).added
print(qa.ask("What did participants agree on the hotline?", index=index).statements[0].quote)
"""


def test_indexing_and_asking_do_without_what_the_image_leaves_out(tmp_path: Path, library: SmallLibrary) -> None:
    """`library` has seen to it that the model is converted."""
    (left_out,) = [text.split("-q ")[1].split() for name, text in instructions() if name == "RUN" and "pip uninstall" in text]
    assert {"torch", "transformers", "sentence-transformers"} <= set(left_out)
    own = SmallLibrary(tmp_path)
    own.write({"baltic.txt": BALTIC})
    names = " ".join(MODULES.get(name, name) for name in left_out)
    command = [sys.executable, "-c", GONE, names, str(own.documents), str(own.index)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Participants agreed that a hotline between the coast guards should be opened.\n"


def test_a_model_that_was_kept_is_used_where_the_cache_may_only_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORTEUR_CACHE", str(tmp_path))
    (tmp_path / "models" / "known").mkdir(parents=True)
    monkeypatch.setattr("index.model_cache.os.access", lambda *_: False)  # whoever runs the tests may be root
    assert kept_folder("known") == tmp_path / "models" / "known"
    assert kept_folder("unknown") == cache_folder() / "models" / "unknown"
    assert not kept_folder("unknown").is_relative_to(tmp_path)
