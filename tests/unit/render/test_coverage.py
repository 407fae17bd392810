"""How much of the form could be checked."""

from __future__ import annotations

from typing import Any

from tasks.forms.annual_report import FORM
from tasks.render.coverage import coverage, is_poor

EDITIONS = dict.fromkeys(FORM.tables, "2021")


def report(*, unread: int = 0, kind: str = "unreadable", without: str = "") -> dict[str, Any]:
    """All cells read, but for the first `unread` ones of table 三."""
    made: dict[str, Any] = {"edition": {t: None if t == without else "2021" for t in EDITIONS}}
    for table in EDITIONS:
        for row, column in FORM.edition(table, "2021").fields():
            if not row.optional and table != without:
                made.setdefault(table, {}).setdefault(row.id, {})[column.id] = {"kind": "blank"}
    cells = [cell for line in made.get("requests", {}).values() for cell in line.values()]
    for cell in cells[:unread]:
        cell["kind"] = kind
    return made


def test_a_report_that_is_all_read() -> None:
    assert [one.unread for one in coverage(report())] == [0, 0, 0]
    assert not is_poor(report())


def test_a_row_that_only_some_reports_have_is_not_missed() -> None:
    (requests,) = [one for one in coverage(report()) if one.table == "requests"]
    assert requests.cells == 25 * 7


def test_few_cells_are_not_much_and_many_are() -> None:
    assert not is_poor(report(unread=17))
    assert is_poor(report(unread=18))
    assert is_poor(report(unread=18, kind="absent"))


def test_a_cell_that_is_not_in_the_report_is_unread() -> None:
    made = report()
    del made["requests"]["new"]["total"]
    assert sum(one.unread for one in coverage(made)) == 1


def test_a_table_that_was_not_found_is_much() -> None:
    for table in FORM.tables:
        made = report(without=table)
        (missing,) = [one for one in coverage(made) if one.table == table]
        assert missing.unread == missing.cells > 0
        assert is_poor(made)
