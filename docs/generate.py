"""Writes the pages, and parts of pages, that repeat what the code declares in tables.

python docs/generate.py           writes them
python docs/generate.py --check   writes nothing, names what is out of date; exit code 1 then

    tasks/forms, RULES_OF_CODE  ->  rules.md
    workers/settings.py         ->  settings.md
    tasks/forms                 ->  the fields in glossary.md
    workers/metrics.py          ->  metrics.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from pydantic import SecretStr

from samples import broken, make_report, render
from samples.defects import spoil
from samples.hard import HARD_FILES
from samples.layout import Draft, draft
from samples.readings import Seen, as_scanned
from samples.report import LogicalReport, with_figure
from tasks.check.series import against_last_year, duplicate
from tasks.check.tellings import TELLINGS
from tasks.flow import conclude, examine
from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Axis, Edition, Line, Relation
from tasks.model.document import Doubt, DoubtKind, Format, Where
from tasks.model.report import Finding
from tasks.model.saying import say
from tasks.render.rules import DOUBTS, RULES_OF_CODE
from tasks.render.wording import told
from tasks.render.wording.text import FIGURES
from workers.metrics import RULES, TRUTH, WORK, Metric
from workers.settings import PREFIX, Settings

DOCS = Path(__file__).parent
BEGIN, END = "<!-- fields: written by generate.py -->", "<!-- end of fields -->"
NOTICE = "<!-- Written by generate.py (`make docs`): change the tables it reads, not this page. -->"


# --- rules.md ------------------------------------------------------------------------------


def rules_page() -> str:
    return "\n".join((*_rules_head(), *_relations(), *_narrative(), *_others(), ""))


def _rules_head() -> Iterator[str]:
    yield NOTICE
    yield "# Rules"
    yield ""
    yield (
        "A finding names its rule. The ids stay as they are; new ones may be added."
        " `error`: figures disagree. `warning`: a person should look. `info`: good to know."
        " A relation that cannot be assessed, since a cell is unreadable or absent, is told as"
        " `info` under its own id."
    )
    yield ""
    yield "勾稽关系由表样规定或由表的结构推出；`extraction.*` 说的是读取有疑问，不是报告有错。"


def _relations() -> Iterator[str]:
    yield from ("", "## Relations of the form 勾稽关系", "")
    yield from _row("rule", "relation", "where", "severity", "follows from")
    yield from _row(*["---"] * 5)
    relations = {
        rule: (edition, relation) for edition, relation in _declared() for rule in [relation.rule]
    }
    for rule, (edition, relation) in sorted(relations.items()):
        along = "每一栏 each column" if relation.axis is Axis.COLUMN else "每一行 each row"
        yield from _row(
            f"`{rule}`",
            f"{relation.formula}<br>{relation.formula_en}",
            f"`{edition.table}`, {along}",
            str(relation.severity),
            relation.clause,
        )
    yield from ("", "What such a finding says, from invented reports with one wrong cell:", "")
    for rule in sorted(relations):
        found = _example(rule)
        yield f"- `{rule}`: {told(found.says, 'zh')}"
        if found.suspects:
            suspect = found.suspects[0]
            yield f"  - first suspect: `{suspect.cell}`, which should be {suspect.value}"


def _declared() -> Iterator[tuple[Edition, Relation]]:
    """Newest edition last, so that a rule of two editions is told as the newer one has it."""
    for edition in reversed(FORM.editions):
        for relation in edition.relations:
            yield edition, relation


#: Rule -> a cell that breaks it.
BREAKING = {
    "requests.balance": "requests.carried_forward.research",
    "requests.outcomes": "requests.processed_total.legal_service",
    "requests.applicants": "requests.new.total",
    "disputes.total": "disputes.review.total",
}


def _example(rule: str) -> Finding:
    return _first(rule, _findings(broken(_report(), BREAKING[rule], 2)))


def _report(*, seed: int = 11, year: int = 2023, narrative: bool = True) -> LogicalReport:
    return make_report(seed, organ="霁川县财政局", year=year, narrative=narrative)


def _page(source: LogicalReport | Draft) -> str:
    return render(source, Format.HTML, "cms", 1).decode()


def _findings(source: LogicalReport | Draft | str | bytes) -> tuple[Finding, ...]:
    if not isinstance(source, str | bytes):
        source = _page(source)
    body = source.encode() if isinstance(source, str) else source
    return examine(body, "report").findings


def _first(rule: str, findings: Iterable[Finding]) -> Finding:
    """Raises `StopIteration` where the example does not show its rule any longer."""
    return next(finding for finding in findings if finding.rule == rule)


# --- what each other finding says: invented documents with one fault each -------------------

#: Field -> a sentence that tells another figure than the table.
TOLD = {
    "received": "本机关共收到政府信息公开申请999件。",
    "carried_over": "上年结转申请999件。",
    "answered": "全年办结政府信息公开申请999件。",
    "granted": "其中予以公开的申请999件。",
    "partly_granted": "其中部分公开的申请999件。",
    "denied": "其中不予公开的申请999件。",
    "unavailable": "其中无法提供的申请999件。",
    "rejected": "其中不予处理的申请999件。",
    "other": "其中其他处理的申请999件。",
    "carried_forward": "结转下年度继续办理999件。",
    "review": "因政府信息公开被申请行政复议999件。",
    "litigation": "因政府信息公开被提起行政诉讼999件。",
    "issued": "全年制发规范性文件999件。",
    "repealed": "全年废止规范性文件999件。",
    "in_force": "现行有效规范性文件999件。",
    "licensing": "全年作出行政许可决定999件。",
    "penalties": "全年作出行政处罚决定999件。",
    "coercion": "全年作出行政强制决定999件。",
}


def _with_sentence(sentence: str) -> str:
    page = _page(_report(narrative=False))
    return page.replace("</body>", f"<p>{sentence}</p></body>", 1)


def _without_requests() -> LogicalReport:
    report = with_figure(_report(), "disputes.review.total", 3)
    for cell in report.cells():
        if cell.startswith("requests."):
            report = with_figure(report, cell, 0)
    return report


def _procured() -> LogicalReport:
    report = make_report(11, organ="霁川县财政局", year=2020, procurement=True)
    return with_figure(report, "disclosure.procurement.amount", 251_000, written="251000元")


def _last_year(*, seed: int, applications: int | None = None) -> Iterator[Finding]:
    this = _report()
    if applications is not None:
        this = with_figure(this, "requests.new.total", applications)
    now, last = (
        examine(_page(report).encode(), "report").report
        for report in (this, _report(seed=seed, year=2022))
    )
    if now and last:
        yield from against_last_year(now, last)


def _twice() -> Iterator[Finding]:
    """Of two files that hold different reports of one year."""
    one, other = (
        examine(_page(report).encode(), "report").report for report in (_report(), _report(seed=14))
    )
    if one and other:
        yield duplicate(one, {"年报（二稿）.docx": other})


def _doubled_row() -> str:
    page = _page(_report())
    begin = page.rindex("<tr", 0, page.index("重复申请"))
    row = page[begin : page.index("</tr>", begin) + len("</tr>")]
    again = re.sub(r">\s*\d+\s*<", ">7<", row)
    return page.replace(row, row + again, 1)


def _overlapping() -> str:
    cell = "<td>重叠</td>"
    return _page(_report()).replace(
        "</body>",
        f"<table><tr>{cell}<td rowspan=3>上</td></tr><tr><td colspan=2>下</td></tr></table></body>",
        1,
    )


def _hard(name: str, number: int | None = None) -> tuple[Finding, ...]:
    """Of a file of the hard corpus, by a part of its name. `number`: made of other figures than
    the file's own, which change when a style is added."""
    file = next(file for file in HARD_FILES if name in file.name)
    if number is not None:
        file = replace(file, number=number)
    return examine(file.body(), file.name).findings


def _with_symbol() -> bytes:
    """A DOCX with a character of a font that nobody knows, in a figure's cell."""
    before, after = BytesIO(render(_report(), Format.DOCX, "plain", 1)), BytesIO()
    symbol = '<w:r><w:sym w:font="Some Symbols" w:char="F0AB"/></w:r></w:p></w:tc>'
    with ZipFile(before) as source, ZipFile(after, "w") as changed:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                head, _, tail = part.decode().rpartition("</w:p></w:tc>")
                part = (head + symbol + tail).encode()
            changed.writestr(name, part)
    return after.getvalue()


def _with_averages() -> bytes:
    """A workbook that no program has calculated, and whose formulas are no sums."""
    before, after = BytesIO(render(_report(), Format.XLSX, "uncalculated", 1)), BytesIO()
    with ZipFile(before) as source, ZipFile(after, "w") as changed:
        for name in source.namelist():
            changed.writestr(name, source.read(name).replace(b"SUM(", b"AVERAGE("))
    return after.getvalue()


def _scanned(seen: Mapping[str, Seen]) -> Iterable[Finding]:
    return conclude(as_scanned(_report(), seen)).findings


def _bent() -> Iterable[Finding]:
    """A page that was scanned while its paper was not flat."""
    said = say("scan.bent_page", page=1)
    bent = Doubt(kind=DoubtKind.SCAN, says=(said,), where=Where(page=1))
    return conclude(replace(as_scanned(_report(), {}), doubts=(bent,))).findings


EXAMPLES: dict[str, Callable[[], Iterable[Finding]]] = {
    "year.disagreement": lambda: _findings(
        _with_sentence("本报告所列数据的统计期限自2022年1月1日起至2022年12月31日止。")
    ),
    "organ.disagreement": lambda: _findings(
        _with_sentence("霁川县教育局").replace("</body>", "<p>2024年1月31日</p></body>", 1)
    ),
    "plausible.regulations": lambda: _findings(
        with_figure(_report(), "disclosure.regulations.in_force", 3)
    ),
    "plausible.in_force": lambda: _findings(
        with_figure(_report(), "disclosure.normative_documents.issued", 30)
    ),
    "plausible.fee_unit": lambda: _findings(
        with_figure(_report(), "disclosure.fees.amount", 119_253)
    ),
    "plausible.unit": lambda: _findings(_procured()),
    "plausible.disputes_without_requests": lambda: _findings(_without_requests()),
    "plausible.leap": lambda: _last_year(seed=11, applications=9000),
    "plausible.same_as_last_year": lambda: _last_year(seed=11),
    "series.carried_over": lambda: _last_year(seed=14),
    "series.in_force": lambda: _last_year(seed=14),
    "series.duplicate": lambda: _twice(),
    "extraction.organ": lambda: _findings(_page(_report()).replace("霁川县财政局", "")),
    "extraction.year": lambda: _findings(
        re.sub(r"20\d\d\s*年?", "", _page(_report(narrative=False)))
    ),
    "extraction.missing_table": lambda: _findings(
        re.sub(r"<table(?!.*<table).*</table>", "", _page(_report()), flags=re.DOTALL)
    ),
    "extraction.missing_row": lambda: _findings(spoil(draft(_report()), "dropped_rows", 1)),
    "extraction.unknown_row": lambda: _findings(spoil(draft(_report()), "extra_document_row", 1)),
    "extraction.lost_row": lambda: _findings(render(_report(), Format.TEXT, "without_repeats", 1)),
    "extraction.doubled_row": lambda: _findings(_doubled_row()),
    "extraction.reordered_rows": lambda: _findings(spoil(draft(_report()), "swapped_rows", 1)),
    "extraction.placed_by_order": lambda: _findings(spoil(draft(_report()), "lost_labels", 1)),
    "extraction.inferred": lambda: _hard("text-dropped_rows_closed.", 338),
    "extraction.unreadable": lambda: _findings(
        with_figure(_report(), "requests.new.business", "unreadable", written="12?")
    ),
    "extraction.read_by_ocr": lambda: _scanned({}),
    "extraction.low_confidence": lambda: _scanned(
        {"disclosure.licensing.decisions": Seen(confidence=0.71)}
    ),
    "extraction.two_readings": lambda: _scanned({"requests.new.total": Seen(second="127")}),
    "extraction.lost_lines": lambda: _findings(
        render(_report(), Format.TEXT, "without_repeats", 1)
    ),
    "extraction.edition": lambda: _hard("text-without_repeats"),
    "extraction.scan": lambda: _bent(),
    "extraction.split_digits": lambda: _hard("pdf-spaced+blank_totals", 255),
    "extraction.close_numbers": lambda: _hard("pdf-rotated_spaced+", 282),
    "extraction.stray_text": lambda: _hard("html-struck"),
    "extraction.ragged_rows": lambda: _hard("html-label_missing"),
    "extraction.unmapped_characters": lambda: _findings(_with_symbol()),
    "extraction.as_shown": lambda: _findings(_with_averages()),
    "extraction.overlapping_span": lambda: _findings(_overlapping()),
    "extraction.truncated": lambda: _findings(_page(_report())[:-4000]),
    "extraction.encoding": lambda: _findings(_page(_report()).encode()[:-900] + b"\xff\xfe\xb0"),
}


def _examples(rules: list[str]) -> Iterator[str]:
    yield from ("", "What they say, each of an invented report with that fault:", "")
    for rule in rules:
        yield f"- `{rule}`: {_short(told(_first(rule, EXAMPLES[rule]()).says, 'zh'))}"


def _short(message: str, most: int = 160) -> str:
    return message if len(message) <= most else message[:most] + "…"


def _narrative() -> Iterator[str]:
    yield from ("", "## The text against the tables 正文与表格", "")
    yield (
        "`narrative.<field>` is an `error` where the sentence can mean nothing else, and `info`"
        " where it may count something else; the finding quotes the sentence."
    )
    yield ""
    yield from _row("rule", "figure", "cells")
    yield from _row(*["---"] * 3)
    first = {telling.field: telling for telling in reversed(TELLINGS)}
    for field in dict.fromkeys(telling.field for telling in TELLINGS):
        cells = " + ".join(f"`{cell}`" for cell in first[field].cells)
        yield from _row(f"`narrative.{field}`", FIGURES[first[field].called].zh, cells)
    yield from ("", "What they say, of an invented report with one such sentence:", "")
    for field in first:
        said = _first(f"narrative.{field}", _findings(_with_sentence(TOLD[field])))
        yield f"- `{said.rule}`: {told(said.says, 'zh')}"


def _others() -> Iterator[str]:
    yield from ("", "## Rules without a formula 其他", "")
    yield from _row("rule", "severity", "含义", "meaning")
    yield from _row(*["---"] * 4)
    for rule in RULES_OF_CODE:
        yield from _row(f"`{rule.id}`", rule.severity, rule.zh, rule.en)
    for kind in DOUBTS:
        yield from _row(f"`extraction.{kind}`", "warning", *DOUBTS[kind])
    yield from _examples(
        [*(rule.id for rule in RULES_OF_CODE), *(f"extraction.{kind}" for kind in DOUBTS)]
    )


# --- settings.md ---------------------------------------------------------------------------


def settings_page() -> str:
    return "\n".join((*_settings(), ""))


def _settings() -> Iterator[str]:
    yield NOTICE
    yield "# Settings"
    yield ""
    yield (
        "Read once at the start of each process from the environment. An unknown `GOUJI_*` name"
        " is an error that names the nearest known one; an empty value counts as not set. A"
        " secret may also come from a file: `GOUJI_<NAME>_FILE`. `gouji settings` prints what is"
        " in force and where it comes from."
    )
    yield ""
    yield from _row("variable", "default", "what it is for")
    yield from _row(*["---"] * 3)
    for name, field in Settings.model_fields.items():
        secret = " Secret." if "SecretStr" in str(field.annotation) else ""
        yield from _row(
            f"`{PREFIX}{name.upper()}`",
            _default(field.default),
            f"{field.description}{secret}",
        )


def _default(value: object) -> str:
    if value is None:
        return "unset"
    shown = value.get_secret_value() if isinstance(value, SecretStr) else value
    return f"`{shown}`"


# --- metrics.md ----------------------------------------------------------------------------


def metrics_page() -> str:
    return "\n".join((*_metrics(), ""))


def _metrics() -> Iterator[str]:
    yield NOTICE
    yield "# Metrics 指标"
    yield ""
    yield (
        "每个进程在 `GOUJI_METRICS_PORT` 所设的端口上以 `/metrics` 提供下列指标，"
        "供 Prometheus 读取；"
        "没有设的不提供。地址由 `GOUJI_METRICS_HOST` 定，默认只在本机。"
        "各进程另有 `process_*` 和 `python_info`。"
        "`gouji up` 的几个进程从所设的端口起依次各用一个。"
    )
    yield ""
    yield (
        "*Each process serves these at `/metrics` of `GOUJI_METRICS_PORT`, for Prometheus; where"
        " that is not set, none. Besides each has `process_*` and `python_info`. The processes of"
        " `gouji up` take one port each, from that on. Nothing that is told names a document, an"
        " organ or a person. How the children of a worker tell what they do:"
        " [0038](adr/0038-metrics-told-by-the-parent.md).*"
    )
    yield from ("", "## 实情 What is true, whoever did it", "")
    yield from _metric_rows(TRUTH)
    yield from ("", "## 工作 What a process did since it started", "")
    yield from _metric_rows(WORK)
    yield from ("", "## `rule`", "")
    yield ", ".join(f"`{rule}`" for rule in RULES)


def _metric_rows(metrics: Iterable[Metric]) -> Iterator[str]:
    yield from _row("metric", "", "labels", "含义", "meaning", "process")
    yield from _row(*["---"] * 6)
    for metric in metrics:
        yield from _row(
            f"`{metric.name}`",
            metric.kind,
            "; ".join(_label_values(name, of) for name, of in metric.labels.items()),
            metric.zh,
            metric.en,
            ", ".join(metric.told_by),
        )


def _label_values(name: str, values: tuple[str, ...]) -> str:
    if values == RULES:
        return f"`{name}`: [below](#rule)"
    return f"`{name}`" + (f": {', '.join(values)}" if values else "")


# --- the fields in glossary.md -------------------------------------------------------------


def glossary_page() -> str:
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join((before + BEGIN, *_fields(), END)) + after


def _fields() -> Iterator[str]:
    for table in FORM.tables:
        editions = FORM.of(table)
        yield from ("", f"### `{table}`: {editions[0].titles[0]}", "")
        yield from _row("表样中的标签 label", "", "id", "edition")
        yield from _row(*["---"] * 4)
        for word, lines in (("行 row", _rows), ("栏 column", _columns)):
            for line, names in _merged(editions, lines):
                # Table 四 is the same in both editions and goes by the newer name.
                said = "both" if len(names) == 2 or len(editions) == 1 else names[0]
                optional = " (variants only)" if line.optional else ""
                yield from _row(_label(line), word, f"`{line.id}`", said + optional)


def _rows(edition: Edition) -> Iterable[Line]:
    return edition.rows()


def _columns(edition: Edition) -> Iterable[Line]:
    return (column for block in edition.blocks for column in block.columns)


def _merged(
    editions: Iterable[Edition], lines: Callable[[Edition], Iterable[Line]]
) -> Iterator[tuple[Line, list[str]]]:
    """Each line once, with the editions in which it has this label; newest first."""
    found: dict[tuple[str, str], tuple[Line, list[str]]] = {}
    for edition in editions:
        for line in lines(edition):
            _, names = found.setdefault((line.id, line.label), (line, []))
            if edition.edition not in names:
                names.append(edition.edition)
    yield from found.values()


def _label(line: Line) -> str:
    group = "".join(f"{name} › " for name in line.group)
    return f"{group}{line.numbering}{line.label}"


# --- all of them ---------------------------------------------------------------------------


def _row(*cells: str) -> Iterator[str]:
    yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "settings.md": settings_page,
    "glossary.md": glossary_page,
    "metrics.md": metrics_page,
}


def main(arguments: list[str]) -> int:
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{name} {'is out of date: make docs' if '--check' in arguments else 'written'}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
