"""The web chat over documents/: index what is new there, then open the page. `rapporteur chat` serves it without indexing.

Reading reports starts child processes that import this file again, so nothing happens here outside `main`.
"""

from __future__ import annotations

import argparse
import os
import sys

DOCUMENTS = "documents"


def main() -> int:
    """Serve the chat on http://127.0.0.1:7860; RAPPORTEUR_INDEX names another index, RAPPORTEUR_PORT another port."""
    from index.errors import RapporteurError

    options = _parser().parse_args()
    index = os.environ.get("RAPPORTEUR_INDEX") or ".index"
    port = os.environ.get("RAPPORTEUR_PORT") or "7860"
    if not port.isdecimal():
        print(f"RAPPORTEUR_PORT={port}: a port is a number, such as 7860.", file=sys.stderr)
        return 1
    try:
        update(index)
        from web.warming import warm

        warm(index)  # beside the import of gradio
        from qa.model.endpoint import make_endpoint
        from web import launch

        launch(index=index, port=int(port), llm=make_endpoint(options.llm, options.llm_model))
    except RapporteurError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Index what is new in documents/ and open the web chat.")
    parser.add_argument("--llm", metavar="URL", help="let a language model at this OpenAI-compatible address arrange the statements")
    parser.add_argument("--llm-model", metavar="NAME", help="its name there; a key is taken from RAPPORTEUR_LLM_KEY")
    return parser


def update(index: str) -> None:
    """Index what is new in documents/, with progress. What goes wrong is said, and stops nothing: the page shows what there is."""
    from index.errors import RapporteurError
    from index.rebuilding import rebuild
    from qa.progress import progress_bar

    try:
        with progress_bar() as progress:
            built = rebuild(DOCUMENTS, index, progress=progress)
    except RapporteurError as error:
        print(error, file=sys.stderr)
        return
    if built.added or built.changed or built.removed:
        print(f"{len(built.added)} reports added, {len(built.changed)} changed, {len(built.removed)} removed in {built.seconds:.1f} s")
    for skipped in built.skipped:
        print(f"skipped {skipped.path}: {skipped.reason}")


if __name__ == "__main__":
    sys.exit(main())
