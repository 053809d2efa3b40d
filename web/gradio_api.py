"""The operations as named endpoints of the page, for the gradio client: Client(url).predict(question="...", api_name="/ask")."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, Final

from index.errors import RapporteurError
from qa.operations import OPERATIONS, Operation
from web.toolkit import gradio as gr
from web.turnstile import Busy, Turnstile

_KINDS: Final[dict[str, Any]] = {"string": str, "integer": int, "array": list, "object": dict}


def offer_operations(index: str, turnstile: Turnstile) -> None:
    """Add the endpoints to the page that is being built; they wait where the page's own questions wait."""
    for operation in OPERATIONS.values():
        gr.events.api(
            _endpoint(operation, index, turnstile),
            api_name=operation.name,
            api_description=operation.description,
            concurrency_limit=None,  # the turnstile's to say
        )


def _endpoint(operation: Operation, index: str, turnstile: Turnstile) -> Callable[..., Any]:
    """A function with the operation's arguments as gradio reads them: from its signature."""

    async def endpoint(*given: object) -> Any:
        try:
            return await turnstile.run(operation.run, dict(zip(operation.takes, given, strict=True)), index)
        except Busy:
            raise gr.Error(
                "Rapporteur is busy: too many questions wait already. Ask again in a few seconds.", print_exception=False
            ) from None
        except RapporteurError as error:
            raise gr.Error(str(error), print_exception=False) from None

    parameters = [_parameter(name, schema, needed=name in operation.needs) for name, schema in operation.takes.items()]
    gives = list if operation.listed else dict
    endpoint.__name__ = operation.name
    endpoint.__signature__ = Signature(parameters, return_annotation=gives)  # type: ignore[attr-defined]
    endpoint.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters} | {"return": gives}
    return endpoint


def _parameter(name: str, schema: Any, *, needed: bool) -> Parameter:
    kind = _KINDS[schema["type"]]
    if needed:
        return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=kind)
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=kind | None, default=None)
