"""What the catalogue is told of a record."""

from __future__ import annotations

from typing import Any

from samples import broken, make_report, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.entry import entry
from tasks.render.identity import finding_id
from tasks.render.result import done, failed, refused

SOURCE: dict[str, Any] = {"name": "a.html"}


def test_findings_have_their_ids() -> None:
    report = broken(
        make_report(7, organ="霁川县财政局", year=2023), "requests.new.natural_person", 3
    )
    envelope = done(SOURCE, examine(render(report, Format.HTML, "cms"), "a.html"))
    told = entry(envelope)
    assert [one["finding"] for one in told["findings"]] == [
        finding_id(one) for one in envelope["findings"]
    ]
    assert (told["said"], told["said_en"]) == (None, None)


def test_failures_say_why() -> None:
    refusal = Refusal(RefusalCode.ENCRYPTED, "文件加密", "encrypted")
    told = entry(refused(SOURCE, refusal))
    assert (told["code"], told["said"], told["said_en"]) == (
        "encrypted", refusal.message, refusal.message_en,
    )  # fmt: skip
    told = entry(failed(SOURCE, error="KeyError", message="x" * 10_000))
    assert (told["code"], told["said"], told["said_en"]) == ("KeyError", "x" * 500, None)


def test_what_is_said_is_one_line() -> None:
    """As a form gives it back, whose browser writes the ends of lines anew."""
    told = entry(failed(SOURCE, error="KeyError", message=" one\n\ttwo\r\n"))
    assert told["said"] == "one two"
