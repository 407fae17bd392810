"""`gouji check` as scripts use it: what is on stdout, in which order, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import Finding, Outcome, Severity
from tasks.model.saying import say
from workers.cli import run
from workers.cli.check import Limits, check_files
from workers.settings import Settings

FINDING = Finding(
    rule="requests.balance", severity=Severity.ERROR, says=(say("relation.undetermined"),)
)


def told(source: bytes, name: str) -> Outcome:
    """Does what the document says: an examination of which every outcome can be had."""
    document = Document(format=Format.TEXT)
    match source:
        case b"good":
            return Outcome(document=document, report=None)
        case b"wrong":
            return Outcome(document=document, report=None, findings=(FINDING,))
        case b"locked":
            raise Refusal(RefusalCode.ENCRYPTED, "已加密", "encrypted")
        case b"huge":
            bytearray(1 << 40)
        case b"slow":
            time.sleep(30)
    raise RuntimeError("unheard of")


@pytest.fixture
def lines(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    def check(*bodies: bytes) -> tuple[int, list[dict[str, Any]], str]:
        paths = [tmp_path / f"{number}.txt" for number in range(len(bodies))]
        for path, body in zip(paths, bodies, strict=True):
            path.write_bytes(body)
        code = check_files(paths, as_json=True, language="zh", examine=told)
        out, err = capfdbinary.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err.decode()

    return check


@pytest.mark.parametrize(
    ("bodies", "code"),
    [
        ((b"good",), 0),
        ((b"good", b"wrong"), 1),
        ((b"locked", b"good"), 2),
        ((b"wrong", b"locked", b"wrong"), 2),
        ((b"good", b"odd", b"good"), 2),
    ],
)
def test_the_worst_file_gives_the_exit_code(lines: Any, bodies: tuple[bytes], code: int) -> None:
    seen, envelopes, _ = lines(*bodies)
    assert seen == code
    assert len(envelopes) == len(bodies)


def test_one_line_a_file_in_the_order_given(lines: Any) -> None:
    _, envelopes, _ = lines(b"locked", b"good", b"wrong", b"odd", b"good")
    assert [envelope["source"]["name"] for envelope in envelopes] == [
        f"{number}.txt" for number in range(5)
    ]
    assert [envelope["status"] for envelope in envelopes] == [
        "refused",
        "done",
        "done",
        "failed",
        "done",
    ]


def test_what_our_program_breaks_on_is_named_and_the_rest_goes_on(lines: Any) -> None:
    _, (first, second), talk = lines(b"odd", b"good")
    assert first["error"] == {"type": "RuntimeError", "message": "unheard of"}
    assert "0.txt" in talk
    assert "unheard of" in talk
    assert second["status"] == "done"


def test_memory_and_time_are_limited(lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_SOFT_TIME_LIMIT_SECONDS", "1")
    code, envelopes, _ = lines(b"huge", b"slow", b"good")
    assert [envelope.get("refusal", {}).get("code") for envelope in envelopes] == [
        "out_of_memory",
        "timeout",
        None,
    ]
    assert code == 2


def test_a_large_file_is_refused_unread(lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_MAX_DOCUMENT_MIB", "1")
    _, (envelope,), _ = lines(b"x" * ((1 << 20) + 1))
    assert envelope["refusal"]["code"] == "too_large"
    assert envelope["source"]["size"] == (1 << 20) + 1


def test_an_archive_may_be_larger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Of what is in it, each may be as large as a document."""
    monkeypatch.setenv("GOUJI_MAX_DOCUMENT_MIB", "1")
    monkeypatch.setenv("GOUJI_MAX_ARCHIVE_MIB", "3")
    there = tmp_path / "全县.ZIP"
    with zipfile.ZipFile(there, "w") as package:
        package.writestr("small.txt", "政府信息公开")
        package.writestr("large.txt", os.urandom((1 << 20) + 1))
    assert check_files([there], as_json=True, language="zh") == 2
    told = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [(one["source"]["member"], one["status"]) for one in told] == [
        ("small.txt", "done"),
        ("large.txt", "refused"),
    ]
    assert told[1]["refusal"]["code"] == "too_large"


def test_the_limits_are_those_of_the_service() -> None:
    settings = Settings()
    assert Limits() == Limits(
        max_document_mib=settings.max_document_mib,
        max_archive_mib=settings.max_archive_mib,
        soft_time_limit_seconds=settings.soft_time_limit_seconds,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--nonsense", "FILE"],
        ["check", "missing.pdf"],
        ["check", "EMPTY"],
        ["check", "FILE", "--to", "list.xls"],
        ["check", "FILE", "--to", "nowhere/list.csv"],
        ["check", "FILE", "--lang", "fr"],
        ["chekc", "FILE"],
        [],
    ],
)
def test_wrong_usage(
    arguments: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("good")
    (tmp_path / "empty").mkdir()
    places = {"FILE": str(file), "EMPTY": str(tmp_path / "empty")}
    assert run([places.get(argument, argument) for argument in arguments]) == 64
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("gouji: ")


def test_an_unknown_setting_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("good")
    monkeypatch.setenv("GOUJI_S3_BUKCET", "x")
    assert run(["check", str(file), "--json"]) == 64
    assert "GOUJI_S3_BUCKET" in capfd.readouterr().err


def test_nothing_of_the_service_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("一、总体情况\n本年度没有收到政府信息公开申请。\n")
    program = (
        "import sys; from workers.cli import run; run(sys.argv[1:]);"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "check", str(file), "--json"],
        capture_output=True,
        check=True,
        text=True,
        env=_plain_environment(),
    )
    assert json.loads(done.stdout)["schema"] == "gouji/result@1"
    heavy = {
        "celery",
        "boto3",
        "redis",
        "pydantic_settings",
        "rich",
        "pdfplumber",
        "docx",
        "uvicorn",
    }
    assert not heavy & set(done.stderr.split())


def test_a_closed_pipe_ends_it_quietly(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("一、总体情况\n")
    with subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "check", "--json", *[str(file)] * 50],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_plain_environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        talk = process.stderr.read()
    assert talk == b""
    assert process.returncode == 141


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GOUJI_")}
