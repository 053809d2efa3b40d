"""A small library, and the real app over it in a process of its own, for the tests that look at the page as a person does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AGREED = "Participants agreed that a hotline between the two coast guards should be opened before the next fishing season."
SUPPORTED = "Some Norwegian participants supported joint patrols in the strait."
HOSTILE = 'Some participants stressed that <img src=x onerror="window.hurt=1"> walrus quotas {{7*7}} were "too low" & rising.'

COAST_GUARDS = f"""Baltic Waters Dialogue: Report of the Second Round

The second round of the Baltic Waters Dialogue was held in Riga on 14-15 May 2019. The Riga Institute for Sea Policy organized the meeting.

Safety at sea

{AGREED} Latvian participants noted that radio channels are crowded in summer. They stressed that a common language is missing.

{SUPPORTED} Participants disagreed on who should pay for new radar stations.

"""
EARLIER = """Baltic Waters Dialogue: Report of the First Round

The first round of the Baltic Waters Dialogue was held in Tallinn on 6 June 2018.

Safety at sea

Participants disagreed on whether a hotline between the two coast guards is needed at all.
"""
REEF = """Reef Dialogue: Report of the First Round

The first round of the Reef Dialogue was held in Suva on 3 March 2020.

Coral nurseries

Participants agreed that coral nurseries should be financed by a regional fund. Several participants questioned the cost.
"""
ARCTIC = f"""Walrus Forum: Summary of Discussions

The Walrus Forum met in Tromsø on 7 June 2018.

Quotas

{HOSTILE}
"""
LONG = "\n\n".join(f"Speakers described the weather at buoy {n} and the state of its anchor chain." for n in range(120))


@dataclass(frozen=True)
class Site:
    """The running app: where it answers, and the folders it serves."""

    url: str
    documents: Path
    index: Path

    def rebuild(self) -> None:
        """`rapporteur index`, as a person would run it beside the open page."""
        command = [sys.executable, "-m", "qa.cli", "index", str(self.documents), "--index", str(self.index)]
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, timeout=120)


def find_chromium() -> str | None:
    """The browser that the machine has."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)


@contextmanager
def serving(home: Path) -> Iterator[Site]:
    """`python app.py` in a folder that holds documents/ with two reports, on a free port, until the block ends."""
    documents, index = home / "documents", home / "index"
    documents.mkdir()
    (documents / "baltic waters 2.txt").write_text(COAST_GUARDS + LONG + "\n", "utf-8")
    (documents / "baltic waters 1.txt").write_text(EARLIER, "utf-8")
    (documents / "walrus.txt").write_text(ARCTIC, "utf-8")
    port = free_port()
    environment = os.environ | {"RAPPORTEUR_INDEX": str(index), "RAPPORTEUR_PORT": str(port)}
    environment |= {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}  # an office network: no way round by the proxy
    with started([sys.executable, REPOSITORY / "app.py"], home / "app.log", environment, home):
        yield Site(f"http://127.0.0.1:{port}/", documents, index)


@contextmanager
def started(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] = os.environ, cwd: Path = REPOSITORY
) -> Iterator[None]:
    """The chat's server by this command, from when it says where it is until the block ends. What it says goes to `log`."""
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=cwd, env={**environment, "OMP_NUM_THREADS": "1"}, stdout=output, stderr=output)
        try:
            _wait_for(server, log)
            yield
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(app: subprocess.Popen[bytes], log: Path) -> None:
    """Until the app says where it is; what it said instead when it stops or stays silent."""
    deadline = time.monotonic() + 180
    while "Rapporteur is at" not in log.read_text("utf-8", "replace"):
        if app.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the app did not start:\n{log.read_text('utf-8', 'replace')}")
        time.sleep(0.1)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
