"""`report.html`: what became of one document, on one page that needs nothing else. Pure.

    head       whose report, what came of it, which file
    findings   one cause each, with links to its cells
    tables     as on paper, each cell with what is known of it
    left over  rows that the form does not have

Chinese first, each sentence with its English below. No script; what a reader points at says
where it stood, and marked cells are links to what is said of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from tasks.forms.annual_report import FORM
from tasks.render.causes import Cause
from tasks.render.cells import Cells
from tasks.render.coverage import outcome
from tasks.render.layout import Printed, Sheet, sheets
from tasks.render.marks import Mark, Marks, shown, told
from tasks.render.names import table_name
from tasks.render.result import Envelope
from tasks.render.sentences import no_report_told, read_by_told, sentences, unread_told
from tasks.render.source import file_of, name_of
from tasks.render.templating import environment
from tasks.render.xml_text import clean

#: Of a document that is no report, so many tables and cells are shown.
_MOST_TABLES, _MOST_CELLS = 20, 2000
_MOST_LEFT_OVER = 200
_VERDICTS: dict[str, tuple[str, str]] = {
    "error": ("有 {n} 处错误", "errors: {n}"),
    "poor": ("没有发现错误，但多处未能核对", "no errors found, but much could not be checked"),
    "warning": ("没有错误，有 {n} 处提示", "no errors; warnings: {n}"),
    "clean": ("未发现问题", "nothing found"),
    "nothing": ("不是政府信息公开工作年度报告", "no annual report"),
}
_SEVERITIES = {
    "error": ("错误", "error"),
    "warning": ("提示", "warning"),
    "info": ("说明", "note"),
}
_NO_LEAD = ("", "")
_LIKELY = ("最可能有误：", "most likely wrong: ")
_CHOICE = ("其中一格有误：", "one of these cells is wrong: ")
_FILL = ("应填：", "to be filled in: ")
_SHOULD = ("应为", "should be")


def page(envelope: Envelope) -> str:
    """The page of a document that was read; of a refused one there is none."""
    return _template().render(parts(envelope))


#: Where a cell leads that is clicked on; None where to nothing.
Link = Callable[[str], str | None]


def parts(envelope: Envelope, link: Link | None = None) -> dict[str, Any]:
    """What a page shows of a document that was read, by the names of its template.

    `link` says where the cells lead; without one, those that are marked to what is said of them.
    """
    marks = Marks.of(envelope)
    cells = {language: Cells(envelope, language) for language in ("zh", "en")}
    report, came = envelope.get("report"), outcome(envelope)
    source, document = envelope["source"], envelope["document"]
    return {
        "file": clean(file_of(source)),
        "name": clean(document["title"] or name_of(source)),
        "sha256": source.get("sha256"),
        "format": document["format"],
        "pages": document["pages"],
        "read_by": tuple(read_by_told(envelope, language) for language in ("zh", "en")),
        "version": envelope["engine"]["version"],
        "organ": clean((report or {}).get("organ") or ""),
        "year": (report or {}).get("year"),
        "region": (report or {}).get("region"),
        "verdict": _verdict(came, marks.causes),
        "came": came,
        "unread": tuple(
            unread_told(report, language)[0] if report else "" for language in ("zh", "en")
        ),
        "nothing": no_report_told(envelope, "zh"),
        "findings": [_finding(number, one, cells) for number, one in enumerate(marks.causes, 1)],
        "tables": [_table(one, envelope, marks, cells["zh"], link) for one in sheets(report)]
        if report
        else [],
        "left_over": _left_over(report) if report else [],
        "as_read": () if report else _as_read(envelope),
    }


def _verdict(came: str, found: Sequence[Cause]) -> tuple[str, str]:
    n = sum(one.severity == came for one in found)
    zh, en = _VERDICTS[came]
    return zh.format(n=n), en.format(n=n)


def _finding(number: int, cause: Cause, cells: Mapping[str, Cells]) -> dict[str, Any]:
    zh, en = (sentences(cause, cells[language], language) for language in ("zh", "en"))
    suspects = [
        {
            "cell": one["cell"],
            **_called(one["cell"], cells),
            "should": one["value"],
        }
        for one in cause.suspects
    ]
    lead = _NO_LEAD
    if cause.is_to_be_filled_in and suspects:
        lead = _FILL
    elif len(suspects) > 1:
        lead = _CHOICE
    elif suspects:
        lead = _LIKELY
    others = [] if suspects else _concerned(cause, cells)
    return {
        "number": number,
        "severity": cause.severity,
        "severity_told": _SEVERITIES[cause.severity],
        "rules": sorted({one["rule"] for one in cause.findings}),
        "findings": cause.findings,
        "said": [(clean(one), clean(other)) for one, other in zip(zh, en, strict=True)],
        "lead": lead,
        "suspects": suspects,
        "others": others,
        "should": _SHOULD,
    }


#: A finding about more cells names the line that they stand in, and links to the first.
_MOST_LINKS = 8


def _concerned(cause: Cause, cells: Mapping[str, Cells]) -> list[dict[str, str]]:
    named = list(dict.fromkeys(cell for one in cause.findings for cell in one["cells"]))
    if len(named) > _MOST_LINKS:
        zh, en = (clean(cells[language].summed_up(named)) for language in ("zh", "en"))
        return [{"cell": named[0], "name": zh, "name_en": en}]
    return [{"cell": cell, **_called(cell, cells)} for cell in named]


def _called(cell: str, cells: Mapping[str, Cells]) -> dict[str, str]:
    return {"name": clean(cells["zh"].name(cell)), "name_en": clean(cells["en"].name(cell))}


def _table(
    one: Sheet, envelope: Envelope, marks: Marks, cells: Cells, link: Link | None
) -> dict[str, Any]:
    report = envelope["report"]
    found = report["edition"].get(one.table)
    return {
        "id": one.table,
        "title": f"{table_name(one.table, 'zh')}　{one.title}",
        "edition": found,
        "rows": [
            Markup("".join(_cell(cell, report, marks, cells, link) for cell in row))  # noqa: S704 - escaped
            for row in one.by_row()
        ],
    }


def _cell(
    cell: Printed, report: Mapping[str, Any], marks: Marks, cells: Cells, link: Link | None
) -> str:
    """Escaped here and not by the template: there are hundreds of them on a page."""
    if not cell.cell:
        return _label(cell)
    table, row, column = cell.cell.split(".")
    value = report[table].get(row, {}).get(column) or {}
    mark = marks.of_cell(cell.cell)
    classes = _classes(value, mark)
    named = f' class="{classes}"' if classes else ""
    title = escape(clean(told(cell.cell, value, mark, cells)))
    figure = _content(value, mark)
    if link is not None:
        leads = link(cell.cell)
    else:
        leads = f"#f{mark.causes[0]}" if mark and mark.causes else None
    if leads:
        figure = f'<a href="{escape(leads)}">{figure or "　"}</a>'
    return f'<td id="{cell.cell}"{named}{_spans(cell)} title="{title}">{figure}</td>'


@cache
def _label(cell: Printed) -> str:
    if cell.is_side:
        scope = "rowgroup" if cell.rowspan > 1 else "row"
    else:
        scope = "colgroup" if cell.colspan > 1 else "col"
    return f'<th scope="{scope}"{_spans(cell)}>{escape(cell.text)}</th>'


def _spans(cell: Printed) -> str:
    rows = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    return rows + (f' colspan="{cell.colspan}"' if cell.colspan > 1 else "")


def _classes(value: Mapping[str, Any], mark: Mark | None) -> str:
    names = [str(value.get("kind", "absent"))] if value.get("kind") != "number" else []
    if mark:
        names += [
            name for name in ("wrong", "in_error", "warned", "doubtful") if getattr(mark, name)
        ]
    return " ".join(names)


def _content(value: Mapping[str, Any], mark: Mark | None) -> str:
    """The figure; of a wrong one also what it should be. A sign goes with each colour."""
    figure = escape(clean(shown(value)))
    if not mark:
        return figure
    if mark.wrong and mark.should:
        figure = f"<del>{figure or '空'}</del> <ins>→{escape(mark.should)}</ins>"
    elif mark.wrong:
        figure += "<b>✗</b>"
    elif mark.doubtful:
        figure += "<b>?</b>"
    return figure


def _left_over(report: Mapping[str, Any]) -> list[dict[str, str]]:
    by_table: dict[str, list[Any]] = defaultdict(list)
    for left in report["left_over"]:
        by_table[left["table"]].append(left)
    listed = [left for table in FORM.tables for left in by_table[table]]
    return [
        {
            "table": table_name(left["table"], "zh"),
            "table_en": table_name(left["table"], "en"),
            "label": clean(left["label"]),
            "values": clean("　".join(left["values"])),
            "at": left["at"] or "",
        }
        for left in listed[:_MOST_LEFT_OVER]
    ]


def _as_read(envelope: Envelope) -> Iterator[dict[str, Any]]:
    """The document's own tables, where there is no report to show."""
    left = _MOST_CELLS
    for table in envelope["tables"][:_MOST_TABLES]:
        rows: dict[int, list[Any]] = defaultdict(list)
        for cell in table["cells"][:left]:
            rows[cell["row"]].append({**cell, "text": clean(cell["text"])})
        left -= len(table["cells"])
        yield {"id": table["id"], "caption": table["caption"], "rows": list(rows.values())}
        if left <= 0:
            return


@cache
def _template() -> Template:
    return environment("tasks.render").get_template("report.html")
