"""Who may ask: a file of names and hashed passwords, one account a line, as `rapporteur account` writes it.

A line reads NAME:scrypt$N$R$P$SALT$HASH, salt and hash in base64. The password itself is nowhere: a file that is read by somebody else
gives nobody a way in, but by guessing at 16 MB and some fifty milliseconds a guess.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.durable import write_whole
from index.errors import RapporteurError

SHORTEST: Final = 10  # characters of a password
LONGEST: Final = 200
_COST: Final = (2**14, 8, 1)  # scrypt's N, r and p: 16 MB
_MEMORY: Final = 64 * 2**20
_AT_ONCE: Final = 2  # guesses worked at: more would take the answers' processor and memory


class AccountsUnusable(RapporteurError):
    """The file of accounts cannot be read or written, or holds a line that is none."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A password as it is kept."""

    cost: tuple[int, int, int]
    salt: bytes
    digest: bytes

    def to_text(self) -> str:
        """As it stands in the file."""
        return "$".join(("scrypt", *map(str, self.cost), *(base64.b64encode(part).decode() for part in (self.salt, self.digest))))

    def is_of(self, password: str) -> bool:
        """Whether it is that password's; takes the same time either way."""
        return hmac.compare_digest(_scrypt(password, self.salt, self.cost), self.digest)


def hash_password(password: str) -> Hashed:
    """A password to be kept. Raises AccountsUnusable for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountsUnusable(f"A password has {SHORTEST} to {LONGEST} characters. Choose another.")
    salt = secrets.token_bytes(16)
    return Hashed(_COST, salt, _scrypt(password, salt, _COST))


def read_accounts(path: Path) -> dict[str, Hashed]:
    """Hashed passwords by name. Empty lines and lines that begin with "#" are passed over. Raises AccountsUnusable."""
    accounts: dict[str, Hashed] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, kept = (part.strip() for part in line.partition(":"))
        if not name or not kept:
            raise AccountsUnusable(f"{path}, line {number}: this is no account. Add one with: rapporteur account {path} NAME")
        hashed = _parse(kept)
        if hashed is None:
            raise AccountsUnusable(
                f"{path}, line {number}: the password of {name} is not hashed, so whoever reads the file could use it. "
                f"Delete the line and run: rapporteur account {path} {name}"
            )
        accounts[name] = hashed
    if not accounts:
        raise AccountsUnusable(f"{path}: there is no account in it. Add one with: rapporteur account {path} NAME")
    return accounts


def set_account(path: Path, name: str, password: str) -> None:
    """Write the account into the file, in place of an older one of that name; only its owner may read the file. Raises AccountsUnusable."""
    if not name or name != name.strip() or ":" in name or name.startswith("#") or not name.isprintable():
        raise AccountsUnusable("An account's name is a word without colons that does not begin with #. Choose another.")
    line = f"{name}:{hash_password(password).to_text()}"
    before = _lines(path) if path.exists() else []
    kept = [old for old in before if old.startswith("#") or old.partition(":")[0].strip() != name]
    try:
        write_whole(path, ("\n".join([*kept, line]) + "\n").encode())  # readable by its owner only
    except OSError as error:
        raise AccountsUnusable(
            f"{path}: the file of accounts cannot be written ({error.strerror}). Look at the folder's rights."
        ) from error


def login(accounts: dict[str, Hashed]) -> Callable[[str, str], Awaitable[bool]]:
    """What tells whether a name and password are right, as quickly for a name there is as for one there is not."""
    nobody = Hashed(_COST, secrets.token_bytes(16), secrets.token_bytes(64))
    room = asyncio.Semaphore(_AT_ONCE)

    async def right(name: str, password: str) -> bool:
        known = accounts.get(name)
        async with room:
            matches = await asyncio.to_thread((known or nobody).is_of, password[: LONGEST + 1])
        return matches and known is not None

    return right


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AccountsUnusable(f"{path}: the file of accounts cannot be read. Make one with: rapporteur account {path} NAME") from error


def _parse(kept: str) -> Hashed | None:
    try:
        kind, *cost, salt, digest = kept.split("$")
        n, r, p = map(int, cost)
        hashed = Hashed((n, r, p), base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True))
        # A cost that scrypt cannot take, or that takes all memory, is found here and not at the first login.
        sound = kind == "scrypt" and n >= 2 and n & (n - 1) == 0 and 128 * n * r * p <= _MEMORY // 2 and min(r, p) > 0
    except (ValueError, binascii.Error):
        return None
    return hashed if sound and len(hashed.salt) >= 8 and len(hashed.digest) == 64 else None


def _scrypt(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=64)
