"""Documents beside their records, and what `reprocess` makes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from samples import broken, make_report, next_year, render
from storage import keys
from storage.memory import MemoryObjectStore
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render.result import done, dumps, loads
from tasks.render.wording import told
from workers.cli.ledger import Entry, Ledger
from workers.cli.reprocess import Wanted
from workers.cli.series import Series


def drop(store: MemoryObjectStore, name: str, body: bytes = b"a") -> str:
    info = store.put(keys.INBOX + name, body, content_type="text/plain")
    return info.etag


def record(store: MemoryObjectStore, name: str, etag: str, **more: Any) -> None:
    """A record of whichever kind `more` makes it."""
    key = keys.INBOX + name
    source = {"key": key, "etag": etag, "name": name.rpartition("/")[2]}
    done = {"findings": [], "report": None, "tables": []}
    status = more.get("status", "done")
    envelope = {"status": status, "source": source, **(done if status == "done" else {}), **more}
    place = keys.result_key if status == "done" else keys.failed_key
    store.put(place(key), json.dumps(envelope).encode(), content_type="application/json")


ERROR = {"severity": "error", "rule": "requests.balance"}


@pytest.fixture
def store() -> MemoryObjectStore:
    """One document of each kind."""
    store = MemoryObjectStore()
    engine = {"version": "0.9.0"}
    html, pdf = {"format": "html"}, {"format": "pdf"}
    record(store, "a/good.html", drop(store, "a/good.html"), document=html, engine=engine)
    record(
        store,
        "a/wrong.pdf",
        drop(store, "a/wrong.pdf"),
        document=pdf,
        findings=[ERROR],
        engine={"version": "0.10.0"},
    )
    record(
        store,
        "b/locked.pdf",
        drop(store, "b/locked.pdf"),
        status="refused",
        refusal={"code": "encrypted", "message": "有密码"},
        engine=engine,
    )
    record(
        store,
        "b/odd.txt",
        drop(store, "b/odd.txt"),
        status="failed",
        error={"type": "KeyError", "message": "'x'"},
        engine=engine,
    )
    drop(store, "b/new.txt")
    drop(store, "b/changed.txt", b"old")
    record(store, "b/changed.txt", "of the old version", document=html)
    return store


def chosen(store: MemoryObjectStore, wanted: Wanted) -> list[str]:
    entries = Ledger(store).entries(wanted.prefix)
    return [entry.version.key.removeprefix("inbox/") for entry in entries if wanted.takes(entry)]


def test_each_document_stands_where_its_current_version_does(store: MemoryObjectStore) -> None:
    seen = {entry.version.key: entry.status for entry in Ledger(store).entries()}
    assert seen == {
        "inbox/a/good.html": "done",
        "inbox/a/wrong.pdf": "done",
        "inbox/b/changed.txt": "pending",
        "inbox/b/locked.pdf": "refused",
        "inbox/b/new.txt": "pending",
        "inbox/b/odd.txt": "failed",
    }


def test_one_document_is_found_as_all_are(store: MemoryObjectStore) -> None:
    ledger = Ledger(store)
    for entry in ledger.entries():
        assert ledger.entry(entry.version.key) == entry
    assert ledger.entry("inbox/never.txt") is None


def test_the_reports_of_a_bucket_are_held_against_last_years() -> None:
    """Whatever order they arrived in: the later year is dropped first."""
    before = make_report(5, narrative=False)
    after = next_year(before, 6)
    cell = "requests.carried_over.total"
    off = broken(after, cell, 7)
    store = MemoryObjectStore()
    for name, report in (("late.html", off), ("early.html", before)):
        body = render(report, Format.HTML, "plain")
        source = {"key": keys.INBOX + name, "etag": drop(store, name, body)}
        record(store, name, "", **loads(dumps(done({**source, "name": name}, examine(body, name)))))
    series = Series()
    for entry in Ledger(store).entries():
        series.add(entry.envelope or {})
    ((late, last, findings),) = series.breaks()
    assert (late["source"]["key"], last["source"]["key"]) == ("inbox/late.html", "inbox/early.html")
    (off_by_two,) = (finding for finding in findings if finding.rule == "series.carried_over")
    assert f"本年填了 {off.amount(cell)}" in told(off_by_two.says, "zh")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(all_failed=True), ["b/locked.pdf", "b/odd.txt"]),
        (Wanted(code="encrypted"), ["b/locked.pdf"]),
        (Wanted(code="KeyError"), ["b/odd.txt"]),
        (Wanted(format="html"), ["a/good.html"]),
        (Wanted(key="a/"), ["a/good.html", "a/wrong.pdf"]),
        (Wanted(key="inbox/a/", format="pdf"), ["a/wrong.pdf"]),
        (Wanted(all_failed=True, key="a/"), []),
        (Wanted(older_than_engine="0.10"), ["a/good.html", "b/locked.pdf", "b/odd.txt"]),
    ],
)
def test_reprocess_takes_what_meets_everything(
    store: MemoryObjectStore, wanted: Wanted, names: list[str]
) -> None:
    assert chosen(store, wanted) == names


def test_wanting_nothing_is_known(store: MemoryObjectStore) -> None:
    assert Wanted().is_empty
    assert not Wanted(key="a/").is_empty


def test_a_record_is_read_again_when_it_has_changed(store: MemoryObjectStore) -> None:
    ledger = Ledger(store)
    assert isinstance(ledger.entry("inbox/b/new.txt"), Entry)
    etag = drop(store, "b/changed.txt", b"new")
    record(store, "b/changed.txt", etag)
    entry = ledger.entry("inbox/b/changed.txt")
    assert entry is not None
    assert entry.status == "done"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[" * 100_000,
        b'{"status": "done"}',
        b'{"status": "refused", "source": {"name": "a"}, "x": 1E400000000}',
        b'{"status": "refused", "source": {"name": "a"}, "attempts": NaN}',
        b'{"status": "refused", "source": []}',
        b"\xff\xfe",
        b"null",
    ],
)
def test_what_is_not_ours_is_no_record(store: MemoryObjectStore, body: bytes) -> None:
    for place in ("results/b/new.txt/result.json", "failed/b/new.txt.json"):
        store.put(place, body, content_type="application/json")
    ledger = Ledger(store)
    entry = ledger.entry("inbox/b/new.txt")
    assert entry is not None
    assert entry.status == "pending"
    assert "inbox/b/new.txt" not in dict(ledger.dead_letters())
