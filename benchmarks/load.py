"""Many people asking at once: the web chat over the sample library times 100, as their browsers ask it; the memory of 20,000 questions.

    python benchmarks/load.py [--times N] [--home FOLDER] [--people N] [--each N] [--rate R] [--memory N] [--skip PHASE ...]

Phases: `capacity` (four people asking without a pause), `steady` (the people ask `each` times, together `rate` questions a second, while
an update of 200 reports runs in the middle), `together` (all at the same instant), `beyond` (six times as many at the same instant, then
one more after two seconds) and `memory` (questions in one process, resident memory every tenth of them). A question counts as answered
only when the answer speaks of it; as busy when the page says so; anything else is an error. Latency is that of the whole request, in
seconds; where other programs run beside, look at the processor's time a question costs, which they change less.

The people live in this process and take what they take of the same processors: the end says how much. The load average counts them, too.
Building the library takes some minutes; `--home` keeps it for the next run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from copies import build_copies

from web.desk import Desk

ROOT = Path(__file__).parents[1]
BUSY = ("Rapporteur is busy", "Rapporteur is busy".replace(" ", "&#32;"))  # told before gradio, and by the page's own handler
TALK = 3  # questions of one conversation; each is sent with those before it, as the browser does


@dataclass(frozen=True)
class Asked:
    """One question: when it was sent, how long it took, and what came: answered, busy or an error."""

    at: float
    seconds: float
    outcome: str


class Person:
    """Somebody with a browser: one connection, one conversation at a time."""

    def __init__(self, port: int, event: int) -> None:
        """`event` is the number of the page's event that a typed question is sent to."""
        self._port, self._event = port, event
        self._line: http.client.HTTPConnection | None = None
        self._talk: list[object] = []
        self._session = f"load{random.getrandbits(40):x}"

    def ask(self, question: str) -> Asked:
        """Ask, and wait for the answer."""
        body = json.dumps({"data": [question, self._talk, {}], "fn_index": self._event, "session_hash": self._session})
        began = time.monotonic()
        try:
            status, text = self._send(body)
        except (OSError, http.client.HTTPException) as error:
            self._line = None
            return Asked(began, time.monotonic() - began, f"error: {type(error).__name__}")
        seconds = time.monotonic() - began
        if status != 200:
            return Asked(began, seconds, f"error: {status}")
        data = json.loads(text)["data"]
        if data[-1].startswith(BUSY[0]):
            return Asked(began, seconds, "busy")
        kept = next(part for part in data if isinstance(part, list))
        self._talk = kept[-TALK:] if len(kept) < TALK else []
        if kept and kept[-1]["question"] == question:
            return Asked(began, seconds, "answered")
        return Asked(began, seconds, "busy" if BUSY[1] in text else "error: no answer")

    def _send(self, body: str) -> tuple[int, str]:
        """As browsers do: over the line of the last question, and over a new one where the server has closed that meanwhile."""
        if self._line is not None:
            with suppress(BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
                return self._over(self._line, body)
        self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        return self._over(self._line, body)

    def _over(self, line: http.client.HTTPConnection, body: str) -> tuple[int, str]:
        line.request("POST", "/gradio_api/run/predict", body, {"content-type": "application/json"})
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="copies of the sample library (default: %(default)s)")
    parser.add_argument("--home", type=Path, help="folder to build the library in, or where it is from the last time")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--each", type=int, default=100, help="questions of each person in the steady phase (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=20, help="questions a second in the steady phase (default: %(default)s)")
    parser.add_argument("--memory", type=int, default=20_000, help="questions of the memory phase (default: %(default)s)")
    parser.add_argument("--skip", nargs="*", default=[], choices=("capacity", "steady", "together", "beyond", "memory"))
    options = parser.parse_args()
    questions = sample_questions()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        if not (home / "index").is_dir():
            build_copies(home / "documents", home / "index", options.times)
        if "memory" not in options.skip:
            memory(home / "index", questions, options.memory)
        if set(options.skip) >= {"capacity", "steady", "together", "beyond"}:
            return
        with serving(home) as (port, server):
            event = typed_event(port)
            people = [Person(port, event) for _ in range(max(options.people * 6, 4))]
            warm = [people[0].ask(question) for question in questions[:20]]
            spent = processor_seconds(server)
            warm = [people[0].ask(question) for question in questions[:20]]
            show("one person, one after another", warm)
            cost = (processor_seconds(server) - spent) / len(warm)
            print(f"  of the processor's time: {1000 * cost:.0f} ms a question, so at most {1 / cost:.0f} a second and core")
            # Two at once start the server's second process, which takes some seconds.
            together(people[:4], questions, 3)
            time.sleep(10)
            if "capacity" not in options.skip:
                show("capacity: four people without a pause", together(people[:4], questions, 40))
            if "steady" not in options.skip:
                steady(people[: options.people], questions, options, port, home)
            if "together" not in options.skip:
                show(f"together: {options.people} people at the same instant", together(people[: options.people], questions, 1))
            if "beyond" not in options.skip:
                crowd = together(people, questions, 1)
                show(f"beyond: {len(people)} people at the same instant", crowd)
                show("  of these, those who were told that it is busy", [one for one in crowd if one.outcome == "busy"])
                time.sleep(2)
                show("two seconds after: one person", [people[0].ask(question) for question in questions[:10]])
            print(f"processor seconds: the server {processor_seconds(server):.0f}, the people {time.process_time():.0f}")


def steady(people: Sequence[Person], questions: Sequence[str], options: argparse.Namespace, port: int, home: Path) -> None:
    """Each person asks at random moments, all together at the rate asked for; in the middle 200 reports come in."""
    pause = len(people) / options.rate
    start = time.monotonic()
    update: list[float] = []

    def live(person: Person, seed: int) -> list[Asked]:
        chance = random.Random(seed)
        done = []
        for turn in range(options.each):
            due = start + (turn + chance.random()) * pause
            time.sleep(max(0.0, due - time.monotonic()))
            done.append(person.ask(chance.choice(questions)))
        return done

    def rebuild() -> None:
        time.sleep(pause * options.each / 3)
        for number in range(200):
            text = f"Load Dialogue {start:.0f}: Report of Round {number}\n\nIt was held in Riga on {number % 27 + 1} May 2019.\n\n"
            text += "\n\n".join(f"Participants agreed that buoy {number}-{n} should be repaired before winter." for n in range(25))
            (home / "documents" / f"load {number}.txt").write_text(text, "utf-8")
        update.append(time.monotonic())
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("POST", "/rapporteur/update", headers={"x-rapporteur": "1"})
        line.getresponse().read()
        while True:
            line.request("GET", "/rapporteur/update")
            state = json.loads(line.getresponse().read())
            if not state["running"]:
                break
            time.sleep(0.5)
        update.append(time.monotonic())
        came = len(state["built"]["added"] + state["built"]["changed"]) if state["built"] else state["error"]
        print(f"update in the middle: {came} reports taken in within {update[1] - update[0]:.0f} s", flush=True)

    side = threading.Thread(target=rebuild)
    side.start()
    with ThreadPoolExecutor(len(people)) as pool:
        asked = [one for done in pool.map(live, people, range(len(people))) for one in done]
    side.join()
    took = max(one.at for one in asked) - start
    show(f"steady: {len(people)} people, {len(asked)} questions at {len(asked) / took:.1f} a second", asked)
    during = [one for one in asked if update[0] <= one.at <= update[1]]
    show("  of these, while the update ran", during)
    show("  of these, before and after", [one for one in asked if not update[0] <= one.at <= update[1]])


def together(people: Sequence[Person], questions: Sequence[str], each: int) -> list[Asked]:
    """All begin at the same instant and ask without a pause."""
    gate = threading.Barrier(len(people))

    def live(person: Person, seed: int) -> list[Asked]:
        chance = random.Random(seed)
        gate.wait()
        return [person.ask(chance.choice(questions)) for _ in range(each)]

    with ThreadPoolExecutor(len(people)) as pool:
        return [one for done in pool.map(live, people, range(len(people))) for one in done]


def memory(index: Path, questions: Sequence[str], count: int) -> None:
    """Resident memory while one process answers, as the page would: the conversation as HTML, too."""
    desk = Desk(str(index))
    seen = []
    for number in range(1, count + 1):
        stored: list[object] = []
        desk.ask(
            f"{questions[number % len(questions)].rstrip('?')} {number}?" if number % 2 else questions[number % len(questions)], stored
        )
        if number % max(1, count // 10) == 0:
            seen.append(resident())
    print(f"memory: {count:,} questions; resident MB after each tenth: {', '.join(f'{mb:.0f}' for mb in seen)}", flush=True)


def show(name: str, asked: Sequence[Asked]) -> None:
    """One line of the report."""
    if not asked:
        print(f"{name}: none")
        return
    took = sorted(one.seconds for one in asked)
    outcomes = ", ".join(f"{count} {what}" for what, count in Counter(one.outcome for one in asked).most_common())
    spent = max(one.at + one.seconds for one in asked) - min(one.at for one in asked)
    p95 = took[max(0, round(len(took) * 0.95) - 1)]
    print(
        f"{name}: {outcomes}; {len(asked) / max(spent, 1e-9):.1f}/s; "
        f"median {statistics.median(took):.3f}, p95 {p95:.3f}, longest {took[-1]:.3f}; load average {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def sample_questions() -> list[str]:
    """The judged questions of the sample library."""
    text = (ROOT / "tests" / "sample" / "questions.txt").read_text("utf-8")
    return [line.split(" | ", 2)[2].strip() for line in text.splitlines() if line.count(" | ") >= 2 and not line.startswith(" ")]


def processor_seconds(process: int) -> float:
    """What a process and those it has started have had of the processor."""
    with suppress(FileNotFoundError):  # it may have ended since it was listed
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ended = int(fields[13]) + int(fields[14])
        return (int(fields[11]) + int(fields[12]) + ended) / os.sysconf("SC_CLK_TCK") + sum(map(processor_seconds, children(process)))
    return 0.0


def children(process: int) -> list[int]:
    """The processes that a process has started and that run."""
    with suppress(FileNotFoundError):
        return [int(number) for task in Path(f"/proc/{process}/task").iterdir() for number in (task / "children").read_text().split()]
    return []


def resident(process: int | str = "self") -> float:
    """Megabytes of memory that a process holds."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, int]]:
    """`rapporteur chat` over that index; gives its port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "qa.cli", "chat", "--index", str(home / "index"), "--port", str(port)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as chat:
        try:
            for line in chat.stdout or ():
                if "Rapporteur is at" in line:
                    break
            yield port, chat.pid
            held = [f"{resident(number):.0f}" for number in (chat.pid, *children(chat.pid))]
            print(f"the server and the processes it has started hold {' and '.join(held)} MB at the end")
        finally:
            chat.terminate()


def typed_event(port: int) -> int:
    """The number of the event that a typed question is sent to: the one that the question box submits."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", "/config")
    config = json.loads(line.getresponse().read())
    box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "question")
    return next(int(d["id"]) for d in config["dependencies"] if [box, "submit"] in [list(t) for t in d["targets"]])


if __name__ == "__main__":
    main()
