"""Accounts: hashed in the file, refused in plain text, compared in the same time."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from qa.cli import main
from web import accounts as module
from web.accounts import AccountsUnusable, Hashed, hash_password, login, read_accounts, set_account


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COST", (2**4, 8, 1))


def test_an_account_is_written_hashed_and_lets_in_with_its_password_only(tmp_path: Path) -> None:
    file = tmp_path / "accounts.txt"
    set_account(file, "marta", "a long pass:word")
    set_account(file, "olaf", "another password")
    text = file.read_text("utf-8")
    assert "pass:word" not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    right = login(read_accounts(file))
    tried = [
        ("marta", "a long pass:word"),
        ("marta", "another password"),
        ("nobody", "a long pass:word"),
        ("", ""),
        ("olaf", "another password"),
    ]
    assert [asyncio.run(right(*pair)) for pair in tried] == [True, False, False, False, True]


def test_a_new_password_takes_the_old_ones_place_and_leaves_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "accounts.txt"
    set_account(file, "marta", "the first password")
    file.write_text("# staff\n" + file.read_text("utf-8"), "utf-8")
    set_account(file, "marta", "the second password")
    assert file.read_text("utf-8").startswith("# staff\nmarta:scrypt$")
    (kept,) = read_accounts(file).values()
    assert (kept.is_of("the first password"), kept.is_of("the second password")) == (False, True)


def test_the_same_password_is_never_hashed_alike_twice() -> None:
    assert hash_password("one password").to_text() != hash_password("one password").to_text()


@pytest.mark.parametrize(
    "line", ["marta:secret password", "marta:scrypt$16$8$1$c2FsdA==$aGFzaA==", "marta:scrypt$99999999$8$1$" + "A" * 24 + "$" + "A" * 88]
)
def test_a_password_in_plain_text_or_badly_hashed_is_refused_with_what_to_do(tmp_path: Path, line: str) -> None:
    file = tmp_path / "accounts.txt"
    file.write_text(f"# staff\n{line}\n", "utf-8")
    with pytest.raises(AccountsUnusable, match=r"line 2: the password of marta is not hashed.*rapporteur account .* marta") as refused:
        read_accounts(file)
    assert "secret" not in str(refused.value), "a message may end in a log"


@pytest.mark.parametrize(("text", "words"), [("marta\n", "line 1"), ("", "no account in it"), ("# nobody\n", "no account in it")])
def test_a_file_without_accounts_says_how_to_add_one(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "accounts.txt"
    file.write_text(text, "utf-8")
    with pytest.raises(AccountsUnusable, match=words):
        read_accounts(file)
    with pytest.raises(AccountsUnusable, match="cannot be read"):
        read_accounts(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "password"),
    [("a:b", "long enough one"), ("", "long enough one"), ("#x", "long enough one"), ("x", "short"), ("x\n", "long enough one")],
)
def test_names_that_break_the_file_and_short_passwords_are_refused(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(AccountsUnusable):
        set_account(tmp_path / "accounts.txt", name, password)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_does_not_exist_takes_the_same_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[Hashed] = []
    whole = Hashed.is_of
    monkeypatch.setattr(Hashed, "is_of", lambda self, password: worked.append(self) or whole(self, password))
    set_account(tmp_path / "a", "marta", "a long password")
    right = login(read_accounts(tmp_path / "a"))
    for name in ("marta", "nobody"):
        asyncio.run(right(name, "guess"))
    assert [len(kept.digest) for kept in worked] == [64, 64]
    assert worked[0].cost == worked[1].cost


def test_the_command_takes_a_password_from_a_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
    assert main(["account", str(tmp_path / "accounts"), "marta"]) == 0
    assert "rapporteur chat --auth" in capsys.readouterr().out
    assert read_accounts(tmp_path / "accounts")["marta"].is_of("a long password")
