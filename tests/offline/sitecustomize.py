"""Python processes that tests start reach no other machine. Put on PYTHONPATH by tests/conftest.py."""

from __future__ import annotations

import sys

_HERE = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "", None)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in _HERE:
            raise PermissionError(f"a test's child tried to reach {address[0]}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        name = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
        if name not in _HERE:
            raise PermissionError(f"a test's child tried to look up {name}")


sys.addaudithook(_refuse)
