"""What /api/ offers, described for people (a page) and for programs (OpenAPI). Both are made from `qa/operations.py`, and fetch nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from qa.operations import OPERATIONS, Operation
from web.escape import escape

# Of the sample library; tests/test_http_api.py asks them.
EXAMPLES: Final[Mapping[str, dict[str, Any]]] = {
    "ask": {"question": "Who opposed foreign guards on merchant ships?"},
    "retrieve": {"question": "krill catch limits", "k": 3},
    "compare": {"topic": "permanent secretariat"},
    "reports": {},
    "show": {"report": "seabed-minerals-note_BERGEN.md", "start": 0, "end": 200},
    "verify": {
        "statement": {
            "label": "[1]",
            "quote": "...",
            "scope": "everyone",
            "who": [],
            "act": "agreed",
            "antecedent": None,
            "citation": {"report": "...", "start": 0, "end": 3, "sha256": "..."},
        }
    },
}
_ERRORS: Final = {
    "400": "The arguments do not fit, or cannot be asked.",
    "401": "There are accounts here, and the request has none.",
    "404": "There is no such report.",
    "413": "The body is too large.",
    "415": "The body is not sent as JSON.",
    "429": "Too many requests of one address at once.",
    "503": "Too many questions wait, or the index cannot be used.",
}
_ABOUT: Final = (
    "Questions to a library of reports of diplomatic dialogues. Every line of an answer is a report's own sentence, with who held it, how "
    'firmly, and where it stands. All operations only read. Errors are {"error": "a sentence"}.'
)
_STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 50rem; padding: 2rem 1.25rem 4rem; font: 1rem/1.55 system-ui, sans-serif; }
h1 { margin: 0; } h2 { margin: 3rem 0 0; } h2 code { font-size: 1.15rem; } h3 { margin: 1.25rem 0 .25rem; font-size: .95rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { overflow-x: auto; padding: .75rem 1rem; border: 1px solid #8885; border-radius: .4rem; }
table { border-collapse: collapse; } td, th { padding: .3rem 1rem .3rem 0; text-align: left; vertical-align: top; }
tr + tr { border-top: 1px solid #8885; } summary { cursor: pointer; }
"""


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 description."""
    errors = {
        status: {"description": what, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
        for status, what in _ERRORS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Rapporteur", "version": "1", "description": _ABOUT},
        "servers": [{"url": ".."}],
        "security": [{}, {"account": []}],
        "paths": {f"/api/{operation.name}": _path(operation, errors) for operation in OPERATIONS.values()},
        "components": {
            "schemas": {"Error": {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}},
            "securitySchemes": {"account": {"type": "http", "scheme": "basic"}},
        },
    }


def _path(operation: Operation, errors: Mapping[str, Any]) -> dict[str, Any]:
    good = {"description": "The contract's JSON.", "content": {"application/json": {"schema": dict(operation.gives)}}}
    told = {"summary": operation.title, "description": operation.description, "responses": {"200": good, **errors}}
    body = {"schema": operation.input_schema(), "example": EXAMPLES[operation.name]}
    post = told | {
        "operationId": operation.name,
        "requestBody": {"required": bool(operation.needs), "content": {"application/json": body}},
    }
    return {"post": post} | ({} if operation.takes else {"get": told | {"operationId": f"get_{operation.name}"}})


def api_page() -> str:
    """The same as a page to read."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Rapporteur for programs</title><style>{_STYLE}</style>"
        f"<h1>Rapporteur for programs</h1><p>{escape(_ABOUT)}</p>"
        '<p>Send the arguments of an operation as a JSON object by POST. <a href="openapi.json">openapi.json</a> describes all this '
        "to programs. The same operations are tools of the Model Context Protocol at <code>/mcp</code>, and named endpoints of the gradio "
        "client. Where there are accounts, send name and password with each request (Basic authorization).</p>"
        + "".join(map(_section, OPERATIONS.values()))
        + "</html>"
    )


def _section(operation: Operation) -> str:
    rows = "".join(_row(name, schema, needed=name in operation.needs) for name, schema in operation.takes.items())
    table = f"<table>{rows}</table>" if rows else "<p>None.</p>"
    body = escape(json.dumps(EXAMPLES[operation.name], ensure_ascii=False, indent=1))
    gives = escape(json.dumps(operation.gives, indent=1))
    return (
        f'<section id="{escape(operation.name)}"><h2><code>POST /api/{escape(operation.name)}</code></h2>'
        f"<p>{escape(operation.description)}</p><h3>Arguments</h3>{table}<h3>Such as</h3><pre>{body}</pre>"
        f"<details><summary>What comes back, as JSON Schema</summary><pre>{gives}</pre></details></section>"
    )


def _row(name: str, schema: Mapping[str, Any], *, needed: bool) -> str:
    words = f" One of {', '.join(schema['enum'])}." if "enum" in schema else ""
    kind = f"{schema['type']}{'' if needed else ', optional'}"
    return f"<tr><th><code>{escape(name)}</code></th><td>{escape(kind)}</td><td>{escape(schema['description'] + words)}</td></tr>"
