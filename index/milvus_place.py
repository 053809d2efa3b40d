"""Where an index in Milvus lies, and with what one is let in there: the address a person wrote, name and key from the environment.

A name, password or key never stands in an address, which is shown in messages and kept in files; the environment is not.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import IndexUnusable
from index.store import MILVUS

TOKEN = "RAPPORTEUR_MILVUS_TOKEN"  # noqa: S105  # the name of a variable
"""The environment variable with `NAME:PASSWORD`, or a key, for the server."""
TLS = "RAPPORTEUR_MILVUS_TLS"
"""The environment variable that asks for TLS: `yes`, or the file (PEM) with the certificate of the authority that signed the server's."""
LITE_NAME = "rapporteur"
"""What an index in a file of Milvus Lite is called: a file holds one."""
_ADDRESS = re.compile(r"//(?P<host>[^/:\s@]+|\[[^\]\s@]+\]):(?P<port>[0-9]{1,5})(?:/(?P<name>[^/]*))?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index in Milvus lies. `address` is a file of Milvus Lite, or a server's HOST:PORT."""

    index: str
    address: str
    name: str
    lite: bool


@dataclass(frozen=True, slots=True)
class Login:
    """What a server is shown: `token` is NAME:PASSWORD or a key, or empty; `authority` the file of a certificate, or empty."""

    token: str = field(default="", repr=False)
    tls: bool = False
    authority: str = ""

    def hide(self, told: str) -> str:
        """A message without the token, as it is and as it is sent."""
        for secret in (self.token, b64encode(self.token.encode()).decode(), self.token.partition(":")[2]):
            told = told.replace(secret, "***") if secret else told
        return told


def place_of(index: str) -> Place:
    """The place that `milvus:FILE.db` or `milvus://HOST:PORT/NAME` names. Raises IndexUnusable for anything else."""
    rest = index.removeprefix(MILVUS)
    if rest.startswith("//"):
        if "@" in rest:
            raise IndexUnusable(
                f"An address of an index may hold no name or password: it is shown and kept. Put NAME:PASSWORD into {TOKEN}."
            )
        found = _ADDRESS.fullmatch(rest)
        name = found and (found["name"] or LITE_NAME)
        if found is None or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name or ""):
            raise IndexUnusable(f"{index}: this is no address of an index. Write milvus://HOST:PORT/NAME, a name of letters and digits.")
        return Place(index, f"{found['host']}:{found['port']}", str(name), lite=False)
    if not rest.endswith(".db"):
        raise IndexUnusable(f"{index}: a file of Milvus Lite has to end in .db, as pymilvus wants it. Write milvus:FILE.db")
    return Place(index, str(Path(rest).absolute()), LITE_NAME, lite=True)


def login() -> Login:
    """What the environment gives for servers. Raises IndexUnusable where that is no use."""
    token, tls = os.environ.get(TOKEN, "").strip(), os.environ.get(TLS, "").strip()
    if not token.isprintable() or not token.isascii():
        raise IndexUnusable(f"{TOKEN}: this is neither NAME:PASSWORD nor a key, in plain letters, digits and signs. Set it again.")
    if tls.lower() in ("", "no"):
        return Login(token)
    if tls.lower() == "yes":
        return Login(token, tls=True)
    if not Path(tls).is_file():
        raise IndexUnusable(f"{TLS}: {tls} is no file. Write yes, or the file of the certificate (PEM) of who signed the server's.")
    return Login(token, tls=True, authority=tls)


def missing(place: Place) -> IndexUnusable:
    """What to say where there is no index yet."""
    return IndexUnusable(f"{place.index}: there is no index yet. Make it with: rapporteur index --index {place.index}")
