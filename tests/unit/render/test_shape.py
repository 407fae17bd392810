"""What is let through from a bucket breaks nothing that is made of it; all of ours is."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from samples import STYLES, broken, make_report, next_year, render
from samples.defects import DEFECTS, spoil
from samples.layout import draft
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.causes import causes
from tasks.render.dataset import LONG, long_rows, wide_columns, wide_row
from tasks.render.dataset_files import ENDINGS, write
from tasks.render.entry import entry
from tasks.render.result import Envelope, done, dumps, failed, loads, refused
from tasks.render.shape import is_envelope
from tasks.render.sheet import rows
from tasks.render.sheet_files import file_row
from workers.cli.people import told
from workers.cli.series import Series

SOURCE = {"name": "a.html", "key": "inbox/2023/a.html", "etag": "e", "sha256": "ab" * 32}
STYLE = next(iter(STYLES[Format.HTML]))
ORGAN = "淮安市洪泽区霁川服务中心"
REPORT = make_report(5, organ=ORGAN, year=2023, zero_share=0.3)
WRONG = done(
    SOURCE,
    examine(render(broken(REPORT, "requests.new.natural_person", 3), Format.HTML, STYLE), "a.html"),
)
REFUSED = refused(SOURCE, Refusal(RefusalCode.EMPTY, "空", "empty")) | {
    "attempts": 1, "first_failed_at": "2026-01-01", "last_failed_at": "2026-01-01",
}  # fmt: skip
FAILED = failed(SOURCE, error="KeyError", message="x")
NO_REPORT = done(SOURCE, examine(b"<table><tr><td>1</td></tr></table>" * 3, "a.html"))
LAST = done(SOURCE, examine(render(REPORT, Format.HTML, STYLE), "a.html"))
NEXT = done(
    {**SOURCE, "sha256": "c"},
    examine(render(next_year(REPORT, 6), Format.HTML, STYLE), "b.html"),
)


def as_read(envelope: Envelope) -> Envelope:
    return loads(dumps(envelope))


LAST_READ, NEXT_READ = as_read(LAST), as_read(NEXT)


@pytest.mark.parametrize("envelope", [WRONG, REFUSED, FAILED, NO_REPORT, LAST, NEXT])
def test_what_is_written_is_let_through(envelope: Envelope) -> None:
    assert is_envelope(as_read(envelope))
    assert is_envelope(as_read({**envelope, "tables": []}))


@pytest.mark.parametrize("defect", sorted(DEFECTS))
def test_so_is_what_is_written_of_spoilt_reports(defect: str) -> None:
    report = spoil(draft(make_report(8, year=2023)), defect, 1)
    assert is_envelope(as_read(done(SOURCE, examine(render(report, Format.HTML, STYLE), "a.html"))))


#: What stands for a value of another kind, as JSON has it.
OTHERS: tuple[Any, ...] = (
    None, True, 0, -1, 99999, 10**400, Decimal("1E400000000"), Decimal("1E-400000000"), "", "x",
    "\ud800", "a.b", [], [1], [[]], {}, {"x": 1}, float("nan"),
)  # fmt: skip


def changed(envelope: Envelope) -> Iterator[tuple[str, Envelope]]:
    """Each with one value replaced, or taken away; of many alike, the first ones."""
    for path in _paths(envelope, ()):
        for other in (*OTHERS, _GONE):
            yield f"{path} {other!r:.40}", _with(envelope, path, other)


_GONE = object()


def _with(told: Any, path: tuple[Any, ...], other: Any) -> Any:
    made, (step, *further) = copy.copy(told), path
    if further:
        made[step] = _with(told[step], tuple(further), other)
    elif other is not _GONE:
        made[step] = other
    elif isinstance(made, dict):
        del made[step]
    return made


def _paths(told: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    steps = list(told) if isinstance(told, dict) else range(len(told)) if _is_list(told) else ()
    alike = len(path) > 1 or path == ("tables",)
    for step in list(steps)[: 1 if alike and path[:1] != ("source",) else None]:
        yield from _paths(told[step], (*path, step))


def _is_list(told: Any) -> bool:
    return isinstance(told, list)


def use(envelope: Envelope, ending: str) -> None:
    """All that the commands make of a record, and its figures in one kind of file."""
    entry(envelope)
    for language in ("zh", "en"):
        told(envelope, language)
        list(rows(envelope, language, notes=True))
        file_row(envelope, language)
    causes(envelope)
    long = list(long_rows(envelope, 1))
    wide = wide_row(envelope, 1)
    write(io.BytesIO(), ending, LONG, long[:5])
    write(io.BytesIO(), ending, wide_columns(), [wide] if wide else [])
    series = Series()
    for one in (LAST_READ, envelope, NEXT_READ):
        series.add(one)
    list(series.envelopes())


@pytest.mark.slow
@pytest.mark.parametrize("envelope", [WRONG, REFUSED, FAILED, NO_REPORT])
def test_what_is_let_through_breaks_nothing(envelope: Envelope) -> None:
    let_through = 0
    for what, made in changed(as_read(envelope)):
        if is_envelope(made):
            let_through += 1
            try:
                use(made, ENDINGS[let_through % len(ENDINGS)])
            except Exception as error:
                raise AssertionError(what) from error
    assert let_through


def test_what_would_be_written_out_at_length_is_not_ours() -> None:
    for more in ("1E400000000", "1E-400000000", "NaN", "Infinity"):
        body = dumps(REFUSED)[:-1] + f', "x": {more}}}'.encode()
        try:
            read = loads(body)
        except ValueError:
            continue
        assert not is_envelope(read)


@pytest.mark.parametrize("read", [None, 3, "x", [], {}, {"status": "done"}])
def test_other_json_is_not_ours(read: Any) -> None:
    assert not is_envelope(read)


def test_what_is_nested_without_end_is_not_ours() -> None:
    nested: Any = []
    for _ in range(500):
        nested = [nested]
    assert not is_envelope({**REFUSED, "x": nested})
