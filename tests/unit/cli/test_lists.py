"""`gouji list`: which documents have errors, were refused, or are pending."""

from __future__ import annotations

import json
from typing import Any

import pytest

from storage import keys
from storage.memory import MemoryObjectStore
from workers.cli.ledger import Ledger
from workers.cli.lists import ERRORS, listed


@pytest.fixture
def ledger() -> Ledger:
    """One document of each kind, in two folders."""
    store = MemoryObjectStore()
    error = {"rule": "requests.balance", "severity": "error"}
    note = {"rule": "plausible.leap", "severity": "info"}
    for path, envelope in {
        "a/clean.html": {"status": "done", "findings": [note]},
        "a/wrong.html": {"status": "done", "findings": [error]},
        "a/waits.html": None,
        "b/locked.pdf": {"status": "refused", "refusal": {"code": "encrypted"}},
        "b/broke.pdf": {"status": "failed", "error": {"type": "KeyError"}},
    }.items():
        put(store, path, envelope)
    return Ledger(store)


def put(store: MemoryObjectStore, path: str, envelope: dict[str, Any] | None) -> None:
    key = keys.INBOX + path
    etag = store.put(key, path.encode(), content_type="text/plain").etag
    if envelope is not None:
        place = keys.result_key if envelope["status"] == "done" else keys.failed_key
        body = json.dumps({**envelope, "source": {"key": key, "etag": etag}}).encode()
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
