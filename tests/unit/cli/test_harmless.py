"""What strangers wrote into keys and documents reaches a terminal, a log and a file as text."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import Outcome, Report
from tasks.render.result import done, dumps, enveloped, refused
from workers import logs
from workers.cli.harmless import harmless
from workers.cli.people import told
from workers.cli.tables import print_table
from workers.settings import Settings

HOSTILE = (
    "line\nbreak",
    "carriage\rreturn",
    "\x1b[31mred\x1b]0;title\x07",
    "next\x85line",
    "separator\u2028and\u2029",
    "reversed\u202efdp.exe",
    "[red]markup[/red] [link=file:///etc]here[/link]",
    "nul\x00byte",
)
HARMFUL = set("\r\x00\x07\x1b\x85\u2028\u2029\u202e")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_shows_it_on_its_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("key", "code"), [(text, "a"), ("second", text)])
    shown = capsys.readouterr().out
    assert not HARMFUL & set(shown)
    assert len(shown.splitlines()) == 3
    assert "[red]" not in text or text in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_a_report_shows_it_on_its_line(text: str) -> None:
    report = Report(
        form="disclosure-annual-report",
        organ=text,
        year=2023,
        edition={"requests": None},
        values={},
    )
    document = Document(format=Format.HTML, title=text)
    source = {"name": text, "size": 1, "sha256": ""}
    shown = told(done(source, Outcome(document=document, report=report)), "zh")
    assert not HARMFUL & set(shown)
    assert len(shown.splitlines()) == 1
    refusal = Refusal(RefusalCode.CORRUPT, text, text)
    assert len(told(refused(source, refusal), "en").splitlines()) == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_json_is_one_line_and_gives_it_back(text: str) -> None:
    document = Document(format=Format.HTML, title=text)
    envelope = done(
        {"name": text, "size": 1, "sha256": ""}, Outcome(document=document, report=None)
    )
    body = dumps(envelope)
    assert b"\n" not in body
    assert b"\x1b" not in body
    read = json.loads(body)
    assert (read["source"]["name"], read["document"]["title"]) == (text, text)
    assert dumps(enveloped(read["source"], read)) == body


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_log_has_a_line_an_event(text: str, form: str) -> None:
    stream = io.StringIO()
    before = logging.root.handlers[:], logging.root.level
    try:
        logs.configure(Settings(log_format=form), stream)  # type: ignore[arg-type]
        with structlog.contextvars.bound_contextvars(key=text):
            structlog.get_logger("gouji").warning("job.waits", message=text)
        logging.getLogger("some.library").warning("about %s", text)
    finally:
        logging.root.handlers[:], level = before
        logging.root.setLevel(level)
        structlog.reset_defaults()
    lines = stream.getvalue().split("\n")
    assert len(lines) == 3
    assert not HARMFUL & set(stream.getvalue())


def test_plain_text_stays_as_it_is() -> None:
    for text in ("inbox/a b.html", "县/局 2023+a（一）.html", "é", "𠮷"):
        assert harmless(text) == text
