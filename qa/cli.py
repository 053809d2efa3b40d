"""The `rapporteur` command: a thin door over the functions of `index` and `qa`."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from index.errors import BadQuestion, RapporteurError
from index.report import Act

if TYPE_CHECKING:
    from index.folder import Part

Command = Callable[[argparse.Namespace], int]
_FILTERS = ("series", "round", "since", "until", "holder", "act")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives 0 when it is done, 1 for a user's error. A usage error leaves with 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without a letter shows its number instead of failing
    options = _parser().parse_args(argv)
    try:
        command: Command = options.command
        code = command(options)
        sys.stdout.flush()  # here, where a closed pipe is expected
        return code
    except RapporteurError as error:
        print(f"rapporteur: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `rapporteur show X | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("rapporteur: stopped. What was finished is kept; run the same command to go on.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rapporteur", description="Ask your dialogue reports: every line of an answer is the report's own words."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, help_: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_, description=help_)
        sub.add_argument("--json", action="store_true", help="print JSON, as other programs read it")
        # A set of reports must not be brought into the library's own index unasked.
        index = (
            (None, "a folder to keep the index in, or one made before (default: a temporary one)")
            if name == "eval"
            else (default_index(), "the index: a folder, milvus:FILE.db or milvus://HOST:PORT/NAME (default: %(default)s)")
        )
        sub.add_argument("--index", default=index[0], metavar="DIR", help=index[1])
        sub.set_defaults(command=command)
        return sub

    sub = add("index", _index, "bring the index in step with a folder of reports")
    sub.add_argument("folder", nargs="?", default="documents", metavar="FOLDER", help="the folder of reports (default: documents)")
    sub.add_argument("--model", help="name or folder of a sentence-transformers model (default: the index's own)")
    sub.add_argument("--hash-all", action="store_true", help="compare files by content also where size and time are as before")
    sub.add_argument("--part", type=_part, metavar="I/N", help="only part I of N of the folder, as each of N machines that share an index")
    sub.add_argument("--watch", action="store_true", help="stay, and take in what comes, changes or goes until Ctrl+C")

    sub = add("ask", _ask, "ask a question; the answer is the reports' own sentences")
    sub.add_argument("question", metavar="QUESTION")
    sub.add_argument("--history", type=Path, metavar="FILE.json", help='what was said before: [{"role": "user", "content": "..."}, ...]')
    _add_filters(sub)
    _add_model(sub)

    sub = add("search", _search, "find the passages nearest to a question")
    sub.add_argument("question", metavar="QUESTION")
    sub.add_argument("-k", type=int, default=5, metavar="N", help="how many passages (default: %(default)s)")
    _add_filters(sub)

    sub = add("compare", _compare, "set the rounds of a series side by side on a topic, and say what changed")
    sub.add_argument("topic", metavar="TOPIC")
    sub.add_argument("--series", metavar="S", help="the series of meetings (default: the one that has most of the topic)")

    add("reports", _reports, "list the reports and the meetings they tell of")
    sub = add("show", _show, "print a report's text, into which all citations point")
    sub.add_argument("report", metavar="REPORT")
    sub.add_argument("--dropped", action="store_true", help="print the page furniture that was dropped, with the reasons")
    sub = add("statements", _statements, "list a report's statements: who held them, and how firmly")
    sub.add_argument("report", metavar="REPORT")
    sub = add("verify", _verify, "check an answer saved with `ask --json` against the index")
    sub.add_argument("file", type=Path, metavar="FILE.json")

    sub = add("eval", _eval, "judge the program, or your own library, on a set of questions with known answers")
    sub.add_argument(
        "set", type=Path, metavar="SET", help="a folder with gold.json and reports/, or with corpus.jsonl, queries.jsonl and qrels.tsv"
    )
    sub.add_argument("--show", action="store_true", help="list what did not pass: what was wanted, and what was given")

    sub = add("check", _check, "check that the index itself is sound")
    sub.add_argument("--repair", action="store_true", help="make again what is derived, without embedding")

    sub = add("chat", _chat, "open the web chat")
    sub.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine only)")
    sub.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    sub.add_argument("--auth", type=Path, metavar="FILE", help="ask for a login; FILE as `rapporteur account` writes it")
    sub.add_argument("--read-only", action="store_true", help="take away what changes things: uploads, corrections, updates")
    _add_model(sub)

    add("mcp", _mcp, "offer the library to language models as tools, over standard input and output (Model Context Protocol)")

    sub = add("account", _account, "add an account for the web chat, or give one a new password")
    sub.add_argument("file", type=Path, metavar="FILE", help="the file of accounts; made where it is missing")
    sub.add_argument("name", metavar="NAME", help="who logs in")
    return parser


def default_index() -> str:
    """The index: RAPPORTEUR_INDEX, or the folder .index."""
    return os.environ.get("RAPPORTEUR_INDEX") or ".index"


def _add_filters(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--report", action="append", metavar="R", help="only this report; may be given again")
    sub.add_argument("--series", metavar="S", help="only this series of meetings")
    sub.add_argument("--round", type=int, metavar="N", help="only this round")
    sub.add_argument("--since", metavar="D", help="only meetings on or after this date (2018, 2018-04 or 2018-04-26)")
    sub.add_argument("--until", metavar="D", help="only meetings on or before this date")
    sub.add_argument("--holder", metavar="H", help="only statements held by this delegation or person")
    sub.add_argument("--act", metavar="A", choices=get_args(Act), help="only statements of this act: " + ", ".join(get_args(Act)))


def _add_model(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--llm", metavar="URL", help="let a language model at this OpenAI-compatible address arrange the statements")
    sub.add_argument("--llm-model", metavar="NAME", help="its name there; a key is taken from RAPPORTEUR_LLM_KEY")


def _filters(options: argparse.Namespace) -> dict[str, Any]:
    return {"reports": options.report} | {name: getattr(options, name) for name in _FILTERS}


def _part(text: str) -> Part:
    """ "2/4" as part 2 of 4."""
    from index.folder import Part

    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= 1000):
        raise argparse.ArgumentTypeError(f"{text}: write it as 1/4, for the first of four parts")
    return Part(int(number), int(of))


def _index(options: argparse.Namespace) -> int:
    from index.folder import WHOLE
    from index.rebuilding import rebuild_but
    from qa.progress import progress_bar
    from qa.telling import lines_of

    if options.watch and options.part:
        raise BadQuestion("--watch looks after the whole folder. Leave --part out.")
    if options.watch:
        return _watch(options)
    with progress_bar() as progress:
        built = rebuild_but(
            (),
            options.folder,
            options.index,
            model=options.model,
            progress=progress,
            hash_all=options.hash_all,
            part=options.part or WHOLE,
        )
    if options.json:
        return _print_json(built.to_dict())
    for line in lines_of(built):
        print(printable(line))
    return 0


def _watch(options: argparse.Namespace) -> int:
    from index.rebuilding import Rebuilt
    from index.watching import watch_folder
    from qa.progress import progress_bar
    from qa.telling import lines_of, news_of

    before: Rebuilt | None = None

    def tell(done: Rebuilt | RapporteurError) -> None:
        nonlocal before
        if isinstance(done, RapporteurError):
            print(f"rapporteur: {printable(' '.join(str(done).split()))}", file=sys.stderr)
            return
        lines = news_of(done, before) if before else lines_of(done)
        before = done
        for line in [json.dumps(done.to_dict(), ensure_ascii=False)] if options.json else map(printable, lines):
            print(line, flush=True)

    try:
        with progress_bar() as progress:
            watch_folder(options.folder, options.index, tell=tell, model=options.model, progress=progress)
    except KeyboardInterrupt:
        print("rapporteur: no longer watching.", file=sys.stderr)
    return 0


def _ask(options: argparse.Namespace) -> int:
    from qa import ask
    from qa.model.endpoint import make_endpoint

    endpoint, history = make_endpoint(options.llm, options.llm_model), _history(options.history)
    answer = ask(options.question, history=history, index=options.index, **_filters(options))
    if endpoint is not None:
        from qa.model.text import brief_text, write_at_terminal

        answer = write_at_terminal(answer, endpoint, options.index, history, _show_progress)
        if not options.json and answer.model is not None:
            told = _printable_lines(brief_text(answer.model))
            print(f"{told}\n\n" if told else "", end="")
    return _print_json(answer.to_dict()) if options.json else _print(_printable_lines(answer.text))


def _show_progress(line: str) -> None:
    """One line on a terminal, in the place of the last; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{printable(line)}", end="", file=sys.stderr, flush=True)


def _search(options: argparse.Namespace) -> int:
    from qa import retrieve

    hits = retrieve(options.question, options.k, index=options.index, **_filters(options))
    if options.json:
        return _print_json([hit.to_dict() for hit in hits])
    for hit in hits:
        print(f"{hit.rank}. {printable(hit.citation.title)}, {printable(place_of(hit.citation))}  ({hit.score:.3f})")
        print(textwrap.indent(textwrap.fill(printable(" ".join(hit.text.split())), 100), "   "))
    return _print("Nothing found.") if not hits else 0


def _compare(options: argparse.Namespace) -> int:
    from qa import compare

    found = compare(options.topic, series=options.series, index=options.index)
    if options.json:
        return _print_json(found.to_dict())
    for line in found.text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()))
        print(textwrap.fill(printable(line), 100, subsequent_indent=indent, break_on_hyphens=False))
    return 0


def _reports(options: argparse.Namespace) -> int:
    from qa import reports

    found = reports(index=options.index)
    if options.json:
        return _print_json([report.to_dict() for report in found])
    for r in found:
        when = r.start if r.start == r.end else f"{r.start} to {r.end}"
        print(f"{printable(r.report)}\n  {printable(r.title)}")
        print(f"  {when or 'no date found'}, {r.place or 'no place found'}; {r.passages} passages, {r.statements} statements")
    return 0


def _show(options: argparse.Namespace) -> int:
    from qa import open_report

    report = open_report(options.report, index=options.index)
    dropped = [(b.reason, report.text[b.start : b.end], b.start, b.end) for b in report.blocks if b.kind == "furniture"]
    if not options.dropped:
        if options.json:
            return _print_json({"report": report.report, "title": report.title, "text": report.text})
        # To a file or another program as it is, since offsets point into it; a terminal would obey its control characters.
        sys.stdout.write(_printable_lines(report.text) if sys.stdout.isatty() else report.text)
        return 0
    if options.json:
        return _print_json([{"reason": why, "text": text, "start": start, "end": end} for why, text, start, end in dropped])
    for why, text, _start, _end in dropped:
        print(f"[{why}] {printable(' '.join(text.split()))}")
    return 0


def _statements(options: argparse.Namespace) -> int:
    from qa import statements

    found = statements(options.report, index=options.index)
    if options.json:
        return _print_json([s.to_dict() for s in found])
    for s in found:
        who = f" {', '.join(s.who)}" if s.who else ""
        print(f"{s.scope}{who}, {s.act}: {printable(' '.join(s.quote.split()))}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from qa import verify

    claims = _claims(_read_json(options.file))
    verdicts = [(claim, verify(claim, index=options.index)) for claim in claims]
    if options.json:
        _print_json([v.to_dict() for _, v in verdicts])
    else:
        for claim, verdict in verdicts:
            print(printable(f"{claim.get('label', '')} {verdict.status}: {verdict.reason}".strip()))
        if not claims:
            print("There is no statement in it to verify.")
    return 0 if all(v.status in ("exact", "moved") for _, v in verdicts) else 1


def _claims(saved: Any) -> list[Any]:
    """The statements of a saved answer; a statement alone or a list of them will do."""
    if isinstance(saved, dict) and "statements" in saved:
        parts = [saved["statements"], saved.get("nearest", [])]
        if not all(isinstance(part, list) for part in parts):
            raise BadQuestion("This is no answer as `rapporteur ask --json` writes it: its statements are no list. Save it again.")
        return [claim for part in parts for claim in part]
    return saved if isinstance(saved, list) else [saved]


def _eval(options: argparse.Namespace) -> int:
    from qa.evaluate import evaluate, lines_of
    from qa.progress import progress_bar

    with progress_bar() as progress:
        found = evaluate(options.set, index=options.index, progress=progress)
    if options.json:
        return _print_json(found)
    for line in lines_of(found, failures=options.show):
        print(printable(line))
    return 0


def _check(options: argparse.Namespace) -> int:
    from index.repair import check_index

    found = check_index(options.index, repair=options.repair)
    if options.json:
        _print_json(found.to_dict())
    elif found.damage and found.repaired:
        print(f"{options.index}: the index was damaged ({found.damage}). What is sound has been saved.")
        for path in found.lost:
            print(f"lost {printable(path)}")
        if found.lost:
            print("To read what is lost again, run: rapporteur index")
    elif found.damage:
        print(f"{options.index}: the index is damaged ({found.damage}). Save what is sound with: rapporteur check --repair")
    elif found.repaired:
        print(f"{options.index}: the file of vectors was missing, stale or damaged, and has been made again. The rest is sound.")
    elif not found.vectors:
        print(f"{options.index}: the file of vectors is missing, stale or damaged. Make it again: rapporteur check --repair")
    else:
        print(f"{options.index}: the index is sound.")
    return 0 if found.sound else 1


def _chat(options: argparse.Namespace) -> int:
    from web.warming import warm

    warm(options.index)  # beside the import of gradio, which takes a second or two
    from qa.model.endpoint import make_endpoint
    from web import launch

    llm = make_endpoint(options.llm, options.llm_model)
    launch(index=options.index, host=options.host, port=options.port, auth=options.auth, read_only=options.read_only, llm=llm)
    return 0


def _mcp(options: argparse.Namespace) -> int:
    from qa.mcp_server import serve_stdio

    serve_stdio(options.index)
    return 0


def _account(options: argparse.Namespace) -> int:
    from web.accounts import set_account

    set_account(options.file, options.name, _new_password())
    if options.json:
        return _print_json({"file": str(options.file), "name": options.name})
    return _print(f"{options.name} may log in now: rapporteur chat --auth {options.file}")


def _new_password() -> str:
    """Asked for twice at a terminal and not shown; else the first line of standard input, for scripts."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise BadQuestion("The two passwords differ. Run the command again.")
    return password


def _history(file: Path | None) -> list[dict[str, str]]:
    turns = _read_json(file) if file is not None else []
    if not isinstance(turns, list) or not all(
        isinstance(t, dict) and {str} == {type(t.get(k)) for k in ("role", "content")} for t in turns
    ):
        raise BadQuestion(f'{file}: this is no history. Write it as [{{"role": "user", "content": "..."}}, ...].')
    return turns


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise BadQuestion(f"{file}: the file cannot be read ({error.strerror}). Check its name.") from error
    except (ValueError, RecursionError) as error:
        raise BadQuestion(f"{file}: this is not JSON ({error}). Give a file that `--json` wrote.") from error


def place_of(citation: Any) -> str:
    """Where a citation stands, for a person: "Moscow, 2017-03-15, p. 3"."""
    page = citation.page_label or citation.page
    parts = [citation.place, citation.date, f"p. {page}" if page else f"para. {citation.paragraph}"]
    return ", ".join(str(p) for p in parts if p)


def printable(text: str) -> str:
    """The text without control characters, which could make a terminal do things."""
    return "".join(c if c.isprintable() or c == " " else "\N{REPLACEMENT CHARACTER}" for c in text)


def _printable_lines(text: str) -> str:
    return "\n".join(printable(line.replace("\t", "    ")) for line in text.replace("\r\n", "\n").split("\n"))


def _print(text: str) -> int:
    print(text)
    return 0


def _print_json(value: Any) -> int:
    print(json.dumps(value, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
