"""`gouji site-user`: the line goes to stdout, and the password nowhere."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import sys

import pytest
from pydantic import SecretStr

from workers.cli import run
from workers.settings import Settings
from workers.site.access.passwords import Verifier
from workers.site.access.users import Role, read_users


def printed(
    given: str,
    *arguments: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    code = run(["site-user", *arguments])
    return code, *capfd.readouterr()


@pytest.mark.parametrize(
    ("options", "role", "end"),
    [
        ((), Role.VIEWER, "\n"),
        (("--role", "viewer"), Role.VIEWER, "\r\n"),
        (("--role", "reviewer"), Role.REVIEWER, ""),
    ],
)
def test_the_line_is_one_that_the_settings_take(
    options: tuple[str, ...],
    role: Role,
    end: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    came = printed(f" 密码 horse {end}", "张三", *options, monkeypatch=monkeypatch, capfd=capfd)
    code, out, err = came
    assert code == 0
    assert "horse" not in out + err
    assert len(out.splitlines()) == 1
    (user,) = read_users(Settings(site_users=SecretStr(out))).values()
    assert (user.name, user.role) == ("张三", role)
    assert asyncio.run(Verifier([user.hash]).is_right(user.hash, " 密码 horse "))
    assert "GOUJI_SITE_USERS_FILE" in err


@pytest.mark.parametrize(
    ("given", "arguments", "en", "zh"),
    [
        ("1234567\n", ["zhang"], "8 to 128 characters, this one has 7", "8 至 128 个字符，现为 7"),
        ("", ["zhang"], "this one has 0", "现为 0"),
        ("12345678\n", ["a:b"], "a user name is", "用户名应为"),
        ("12345678\n", ["zhang", "--role", "admin"], "'admin' is not one of", "'admin' 不对"),
    ],
)
def test_what_will_not_do_is_told_and_nothing_printed(
    given: str,
    arguments: list[str],
    en: str,
    zh: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for language, said in (("en", en), ("zh", zh)):
        code, out, err = printed(
            given, *arguments, "--lang", language, monkeypatch=monkeypatch, capfd=capfd
        )
        assert (code, out) == (64, "")
        assert said in err


def at_a_terminal(*typed: str) -> tuple[int, str]:
    """Exit code, and all that the terminal showed; each line is typed when it is asked for."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(  # noqa: S606 - a terminal of its own, which no shell comes between
            sys.executable,
            [sys.executable, "-m", "workers.cli", "site-user", "zhang", "--lang", "en"],
        )
    shown, lines = "", iter(typed)
    try:
        while True:
            chunk = os.read(terminal, 4096).decode()
            shown += chunk
            if chunk.rstrip(" ").endswith(":") and (line := next(lines, None)) is not None:
                os.write(terminal, line.encode() + b"\n")
    except OSError:  # the other side is closed
        _, status = os.waitpid(child, 0)
        os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown


def test_at_a_terminal_it_is_asked_for_twice_and_not_shown() -> None:
    code, shown = at_a_terminal("correct horse", "correct horse")
    assert code == 0
    assert "zhang:viewer:$argon2id$" in shown
    assert "horse" not in shown
    assert "8 characters or more, not shown" in shown
    assert "Once more" in shown


def test_two_that_differ_make_no_user() -> None:
    code, shown = at_a_terminal("correct horse", "correct hearse")
    assert code == 64
    assert "not the same" in shown
    assert "argon2" not in shown


def test_one_that_is_too_short_is_told_at_once() -> None:
    code, shown = at_a_terminal("short")
    assert code == 64
    assert "8 to 128 characters" in shown
    assert "Once more" not in shown
