"""`gouji list`: which documents have errors, were refused, or are pending."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from samples import broken, make_report, next_year, render
from samples.readings import as_scanned
from storage import keys
from storage.memory import MemoryObjectStore
from tasks.flow import conclude, examine
from tasks.model.document import Format
from tasks.render.result import done, dumps
from workers.cli.ledger import Ledger
from workers.cli.lists import ERRORS, Narrowed, _as_json, _print, listed


@pytest.fixture
def ledger() -> Ledger:
    """One document of each kind, in two folders."""
    store = MemoryObjectStore()
    error = {"rule": "requests.balance", "severity": "error"}
    note = {"rule": "plausible.leap", "severity": "info"}
    read = {"status": "done", "report": None, "tables": []}
    for path, envelope in {
        "a/clean.html": {**read, "findings": [note]},
        "a/wrong.html": {**read, "findings": [error]},
        "a/waits.html": None,
        "b/locked.pdf": {"status": "refused", "refusal": {"code": "encrypted", "message": ""}},
        "b/broke.pdf": {"status": "failed", "error": {"type": "KeyError", "message": ""}},
    }.items():
        put(store, path, envelope)
    return Ledger(store)


def put(store: MemoryObjectStore, path: str, envelope: dict[str, Any] | None) -> None:
    key = keys.INBOX + path
    etag = store.put(key, path.encode(), content_type="text/plain").etag
    if envelope is not None:
        place = keys.result_key if envelope["status"] == "done" else keys.failed_key
        body = json.dumps({**envelope, "source": {"key": key, "etag": etag, "name": "a"}}).encode()
        store.put(place(key), body, content_type="application/json")


@pytest.mark.parametrize(
    ("wanted", "prefix", "expected"),
    [
        ({ERRORS}, "", [(ERRORS, "a/wrong.html")]),
        ({"refused", "failed"}, "", [("failed", "b/broke.pdf"), ("refused", "b/locked.pdf")]),
        ({"pending"}, "", [("pending", "a/waits.html")]),
        ({ERRORS, "pending"}, "a/", [("pending", "a/waits.html"), (ERRORS, "a/wrong.html")]),
        ({ERRORS}, "inbox/a/", [(ERRORS, "a/wrong.html")]),
        ({ERRORS}, "b/", []),
    ],
)
def test_what_is_wanted_is_listed(
    ledger: Ledger, wanted: set[str], prefix: str, expected: list[tuple[str, str]]
) -> None:
    found = [(status, entry.version.key) for status, entry in listed(ledger, wanted, prefix)]
    assert found == [(status, keys.INBOX + path) for status, path in expected]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        (Narrowed(), True),
        (Narrowed(year=2023), True),
        (Narrowed(year=2022), False),
        (Narrowed(rule="requests.balance"), True),
        (Narrowed(rule="requests."), True),
        (Narrowed(rule="disputes."), False),
        (Narrowed(format="html"), True),
        (Narrowed(format="pdf"), False),
        (Narrowed(organ="霁川"), True),
        (Narrowed(organ="320813"), True),
        (Narrowed(organ="教育"), False),
        (Narrowed(organ="霁川", year=2022), False),
    ],
)
def test_the_list_is_narrowed(narrowed: Narrowed, expected: bool) -> None:
    report = make_report(5, organ="淮安市洪泽区霁川服务中心", year=2023, zero_share=0.3)
    wrong = broken(report, "requests.new.natural_person", 3)
    outcome = examine(render(wrong, Format.HTML, "cms"), "a.html")
    store = MemoryObjectStore()
    put(store, "a.html", json.loads(dumps(done({"name": "a.html"}, outcome))))
    (entry,) = Ledger(store).entries()
    assert narrowed.has(entry) is expected


def test_a_report_that_does_not_go_on_from_last_years_has_errors() -> None:
    """Which stands in no record: only two together show it."""
    store = MemoryObjectStore()
    first = make_report(3, organ="霁川县财政局", year=2022, zero_share=0.3)
    wrong = broken(next_year(first, 4), "requests.carried_over.natural_person", 900)
    for report in (first, replace(wrong, narrative={})):
        body = render(report, Format.HTML, "cms")
        envelope = done({"name": "a.html"}, examine(body, "a.html"))
        put(store, f"{report.year}.html", json.loads(dumps(envelope)))
    ((status, entry),) = listed(Ledger(store), {ERRORS}, "")
    assert (status, entry.version.key) == (ERRORS, "inbox/2023.html")
    rules = {finding["rule"] for finding in entry.envelope["findings"]}
    assert "series.carried_over" in rules


@pytest.mark.parametrize(
    ("everything", "said"), [(True, "no document has errors"), (False, "no such document")]
)
def test_nothing_to_list_is_said(
    everything: bool, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    _print([], everything=everything)
    assert said in capfd.readouterr().err


def test_what_was_read_from_a_scan_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    store = MemoryObjectStore()
    wrong = broken(make_report(5, year=2023, zero_share=0.3), "requests.new.total", 3)
    for path, outcome in {
        "scan.pdf": conclude(as_scanned(wrong, {})),
        "text.html": examine(render(wrong, Format.HTML, "cms"), "text.html"),
    }.items():
        put(store, path, json.loads(dumps(done({"name": path}, outcome))))
    found = list(listed(Ledger(store), {ERRORS}, ""))

    assert [_as_json(*one)["read_by"] for one in found] == ["ocr", None]
    _print(found, everything=True)
    scan, text = (line for line in capsys.readouterr().out.splitlines() if "inbox/" in line)
    assert "read from a scan" in scan or "读自扫描件" in scan
    assert "scan" not in text
    assert "扫描" not in text
