"""What people do to the form: a draft in, a draft out, and its `truth` is what is true now.

Two kinds: those that a reader must see through (`truth` stays), and those that change what
the document says (`truth` follows, and `relations_hold` tells whether the sums still tie).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random

from samples.layout import (
    Draft,
    LogicalCell,
    LogicalTable,
    made,
    with_row_after,
    with_texts,
    without_row,
)
from samples.report import Expected, Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    name: str
    about: str
    apply: Callable[[Draft, Random], Draft]
    #: The figures in the document still satisfy every relation of the form.
    relations_hold: bool = True


def spoil(draft: Draft, name: str, seed: int = 0) -> Draft:
    """The draft with one named defect. Where the report offers no place for it, nothing changes.
    Raises `KeyError`."""
    defect = DEFECTS[name]
    spoilt = defect.apply(draft, Random(f"{name} {seed}"))
    return replace(spoilt, changes=(*draft.changes, defect.about))


# --- labels -------------------------------------------------------------------------------

#: Seen in real reports, or of the same sort.
MISSPELT = {
    "三类内部事务": "三类内容事务",
    "科研机构": "科研企业",
    "处理决定数量": "处理绝对数量",
    "其他法律行政法规禁止": "其他法律行政止",
    "无正当理由逾期": "无正当理由预期",
    "申请人逾期": "申请人预期",
    "现行有效件数": "现行有效件",
    "勾稽关系": "钩稽关系",
    "案卷": "案件卷",
    "第三方合法权益": "第三方合法权宜",
}
SHORTENED = {
    "政府信息公开申请数量": "申请数量",
    "（区分处理的，只计这一情形，不计其他情形）": "",
    "、行政机关不再处理其政府信息公开申请": "",
    "（单位：万元）": "",
    "本年度办理结果": "办理结果",
    "要求行政机关确认或重新出具已获取信息": "要求确认或重新出具已获取信息",
}
#: What an organ explains behind a label, figures among the words.
REMARKED = {
    "规章": "（区、市人民政府提供）",
    "规范性文件": "（含本机关新制作的决定、通知、公开办法，以及与其他机关一起制发的行政性公文，"
    "以2015年以来的统计数量为止）",
    "行政规范性文件": "（以统计数量为止）",
    "行政许可": "（含其他审批12项）",
    "上一年项目数量": "(上年的事项数)",
    "本年增/减": "（本年增加或减少的事项数，减少的如-8）",
    "处理决定数量": "（本年办理件数）",
    "本年制发件数": "（件）",
    "一、本年新收政府信息公开申请数量": "（件）",
    "自然人": "（件）",
    "商业企业": "\n（含其他）",
    "（七）总计": "（件）",
    "行政复议": "（件）",
}


def _relabelled(draft: Draft, change: Callable[[LogicalCell], str]) -> Draft:
    """Every cell that holds no figure with its text changed."""
    tables = tuple(
        with_texts(table, {cell: change(cell) for cell in table.cells if cell.role != "value"})
        for table in draft.tables
    )
    return replace(draft, tables=tables)


def _replaced(pairs: Mapping[str, str], share: float) -> Callable[[Draft, Random], Draft]:
    def apply(draft: Draft, random: Random) -> Draft:
        some = {old: new for old, new in pairs.items() if random.random() < share}

        def change(cell: LogicalCell) -> str:
            text = cell.text
            for old, new in some.items():
                text = text.replace(old, new)
            return text

        return _relabelled(draft, change)

    return apply


def _remarked_labels(draft: Draft, random: Random) -> Draft:
    """Explanations in brackets behind labels."""
    some = {label: remark for label, remark in REMARKED.items() if random.random() < 0.6}
    return _relabelled(draft, lambda cell: cell.text + some.get(cell.text, ""))


_NUMBER = re.compile(r"^(\d+)\.")
_BRACKETED = re.compile(r"^（([一二三四五六七])）")


def _numbered(number: Callable[[int], str]) -> Callable[[Draft, Random], Draft]:
    """The items `1.` to `8.` numbered otherwise."""

    def apply(draft: Draft, random: Random) -> Draft:
        return _relabelled(
            draft, lambda cell: _NUMBER.sub(lambda found: number(int(found[1])), cell.text)
        )

    return apply


def _half_width(draft: Draft, random: Random) -> Draft:
    table = str.maketrans("（），：“”", '(),:""')
    return _relabelled(draft, lambda cell: cell.text.translate(table))


def _unbracketed(draft: Draft, random: Random) -> Draft:
    """（一） as 一、"""
    return _relabelled(draft, lambda cell: _BRACKETED.sub(r"\1、", cell.text))


def _sprinkled(*between: str) -> Callable[[Draft, Random], Draft]:
    """White space of any sort inside labels."""

    def apply(draft: Draft, random: Random) -> Draft:
        def change(cell: LogicalCell) -> str:
            return "".join(
                one + (random.choice(between) if random.random() < 0.2 else "") for one in cell.text
            ).strip()

        return _relabelled(draft, change)

    return apply


def _lost_labels(draft: Draft, random: Random) -> Draft:
    """Some neighbouring labels of table 三 are gone; the rows can be told by their order only."""
    table = draft.table("requests")
    labels = [cell for cell in table.cells if cell.role == "label"]
    start = random.randrange(3, len(labels) - 8)
    lost = labels[start : start + random.randint(1, 5)]
    return draft.with_table(with_texts(table, dict.fromkeys(lost, "")))


# --- rows ---------------------------------------------------------------------------------


def _figures_of(table: LogicalTable, row: int) -> list[LogicalCell]:
    return [cell for cell in table.cells if cell.row == row and cell.field is not None]


def _id_of(table: LogicalTable, row: int) -> str:
    """The form's id of the row that is printed there, "" where it is none."""
    figures = _figures_of(table, row)
    return str(figures[0].field).split(".")[1] if figures else ""


def _item_rows(table: LogicalTable) -> list[int]:
    """Rows of items within a group of the second level (`1.属于国家秘密`)."""
    return [cell.row for cell in table.cells if cell.role == "label" and cell.column == 2]


def _dropped_rows(draft: Draft, random: Random) -> Draft:
    """One or two rows of zeros are not printed."""
    for _ in range(random.randint(1, 2)):
        table = draft.table("requests")
        zeros = [
            row
            for row in _item_rows(table)
            if all(draft.report.amount(str(cell.field)) == 0 for cell in _figures_of(table, row))
        ]
        if not zeros:
            break
        row = random.choice(zeros)
        gone = _id_of(table, row)
        columns = draft.truth["requests"][gone]
        absent: dict[str, Expected] = dict.fromkeys(columns, ("absent", None))
        truth = {**draft.truth, "requests": {**draft.truth["requests"], gone: absent}}
        draft = replace(draft.with_table(without_row(table, row)), truth=truth)
    return draft


def _swapped_rows(draft: Draft, random: Random) -> Draft:
    """Two neighbours within a group change places, label and figures together."""
    table = draft.table("requests")
    rows = _item_rows(table)
    groups = {cell.row for cell in table.cells if cell.role == "group"}
    upper = random.choice([row for row in rows if row + 1 in rows and row + 1 not in groups])
    places = {upper: upper + 1, upper + 1: upper}
    cells = [
        replace(cell, row=places[cell.row])
        if cell.row in places and cell.role in ("label", "value")
        else cell
        for cell in table.cells
    ]
    return draft.with_table(made(table.id, cells))


def _extra_row(id: str, after: str, label: str) -> Callable[[Draft, Random], Draft]:
    """A row that the form does not have. Its figures are zeros, so the sums still tie."""

    def apply(draft: Draft, random: Random) -> Draft:
        table = draft.table(id)
        row = next((row for row in range(table.n_rows) if _id_of(table, row) == after), None)
        if row is None:
            return draft
        zeros = ["0"] * len(_figures_of(table, row))
        longer = with_row_after(table, row, label, zeros)
        return replace(draft.with_table(longer), left_over=(*draft.left_over, label))

    return apply


def _doubled_header(draft: Draft, random: Random) -> Draft:
    """The header of table 三 is printed twice."""
    table = draft.table("requests")
    head = table.n_header_rows()
    cells = [
        *(cell for cell in table.cells if cell.row < head),
        *(replace(cell, row=cell.row + head) for cell in table.cells),
    ]
    return draft.with_table(made(table.id, cells))


# --- figures: another writing, the same value ----------------------------------------------


def _rewritten(draft: Draft, change: Callable[[LogicalCell], str]) -> Draft:
    tables = tuple(
        with_texts(table, {cell: change(cell) for cell in table.cells if cell.field})
        for table in draft.tables
    )
    return replace(draft, tables=tables)


def _kind(draft: Draft, cell: LogicalCell) -> str:
    table, row, column = str(cell.field).split(".")
    return draft.truth[table][row][column][0]


def _each_number(
    write: Callable[[str, LogicalCell, Random], str], share: float
) -> Callable[[Draft, Random], Draft]:
    """Some of the cells that hold a number, written otherwise."""

    def apply(draft: Draft, random: Random) -> Draft:
        def change(cell: LogicalCell) -> str:
            if _kind(draft, cell) != "number" or random.random() >= share:
                return cell.text
            return write(cell.text, cell, random)

        return _rewritten(draft, change)

    return apply


def _remark(text: str, cell: LogicalCell, random: Random) -> str:
    part = random.randint(1, 9)
    return text + random.choice(
        (f"（其中修订{part}件）", f"（含自然失效{part}件）", f"(其中本级{part}件)", "（附说明）")
    )


def _unit(text: str, cell: LogicalCell, random: Random) -> str:
    if str(cell.field).endswith(".amount"):
        return text + "万元"
    return text + random.choice(("件", "件", "项", "个"))


def _thousands(text: str, cell: LogicalCell, random: Random) -> str:
    whole, point, rest = text.partition(".")
    if not whole.isdigit():
        return text
    return f"{int(whole):,}{point}{rest}"


def _wide(text: str, cell: LogicalCell, random: Random) -> str:
    return text.translate({ord("0") + one: 0xFF10 + one for one in range(10)})


def _free_sign(text: str, cell: LogicalCell, random: Random) -> str:
    """本年增/减 in words; the figure is signed."""
    if not str(cell.field).endswith(".change") or text in ("0", ""):
        return text
    number = text.lstrip("+-")
    return (
        random.choice(("减", "减少")) + number
        if "-" in text
        else (random.choice(("增", "增加")) + number)
    )


# --- figures: the document says something else ---------------------------------------------


def _told(draft: Draft, changes: Mapping[str, tuple[str, Expected]]) -> Draft:
    """Cells with another text, and what is true of them now."""
    truth: Truth = {
        table: {row: dict(line) for row, line in lines.items()}
        for table, lines in draft.truth.items()
    }
    for field, (_, value) in changes.items():
        table, row, column = field.split(".")
        truth[table][row][column] = value
    texts = {field: text for field, (text, _) in changes.items()}
    changed = _rewritten(draft, lambda cell: texts.get(str(cell.field), cell.text))
    return replace(changed, truth=truth)


def _blank_totals(draft: Draft, random: Random) -> Draft:
    """The column 总计 of table 三 is left blank."""
    fields = [field for field in draft.report.cells() if field.startswith("requests.")]
    blank: tuple[str, Expected] = ("", ("blank", None))
    return _told(draft, {field: blank for field in fields if field.endswith(".total")})


def _integer_fields(draft: Draft, least: int) -> list[str]:
    return [
        field
        for field in draft.report.cells()
        if field.startswith("requests.") and int(draft.report.amount(field)) >= least
    ]


def _transposed(draft: Draft, random: Random) -> Draft:
    """Two neighbouring digits of one figure of table 三 are exchanged."""
    fields = [
        field
        for field in _integer_fields(draft, 10)
        if len(set(str(draft.report.amount(field)))) > 1
    ]
    if not fields:
        return draft
    field = random.choice(fields)
    digits = list(str(draft.report.amount(field)))
    places = [at for at in range(len(digits) - 1) if digits[at] != digits[at + 1]]
    at = random.choice(places)
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    value = int("".join(digits))
    return _told(draft, {field: (str(value), ("number", value))})


def _mistyped(draft: Draft, random: Random) -> Draft:
    """One figure of table 三 is off by a little."""
    field = random.choice(_integer_fields(draft, 0))
    value = int(draft.report.amount(field)) + random.randint(1, 9)
    return _told(draft, {field: (str(value), ("number", value))})


def _shifted(draft: Draft, random: Random) -> Draft:
    """The figures of one row of table 三 stand one column too far to the right or left."""
    rows = [row for row, line in draft.report.values["requests"].items() if line["total"]]
    if not rows:
        return draft
    row = random.choice(rows)
    columns = list(draft.report.values["requests"][row])
    # as the draft has them: another defect may have changed them before
    texts = {cell.field: cell.text for cell in draft.table("requests").cells if cell.field}
    by = random.choice((1, -1))
    changes = {}
    for at, column in enumerate(columns):
        source = f"requests.{row}.{columns[(at - by) % len(columns)]}"
        changes[f"requests.{row}.{column}"] = (
            texts[source],
            draft.truth["requests"][row][source.split(".")[2]],
        )
    return _told(draft, changes)


def _by_name(defects: Iterable[Defect]) -> dict[str, Defect]:
    return {defect.name: defect for defect in defects}


DEFECTS = _by_name(
    (
        Defect(name="misspelt", about="labels misspelt", apply=_replaced(MISSPELT, 0.6)),
        Defect(name="shortened", about="labels shortened", apply=_replaced(SHORTENED, 0.7)),
        Defect(name="comma", about="1、 for 1.", apply=_numbered(lambda n: f"{n}、")),
        Defect(name="bracketed", about="（1） for 1.", apply=_numbered(lambda n: f"（{n}）")),
        Defect(name="circled", about="① for 1.", apply=_numbered(lambda n: chr(ord("①") + n - 1))),
        Defect(name="unnumbered", about="no number for 1.", apply=_numbered(lambda n: "")),
        Defect(name="unbracketed", about="一、 for （一）", apply=_unbracketed),
        Defect(name="half_width", about="half-width brackets", apply=_half_width),
        Defect(
            name="spaces", about="spaces inside labels", apply=_sprinkled(" ", "\u3000", "\u00a0")
        ),
        Defect(name="breaks", about="line breaks inside labels", apply=_sprinkled("\n")),
        Defect(name="lost_labels", about="neighbouring labels gone", apply=_lost_labels),
        Defect(name="dropped_rows", about="rows of zeros left out", apply=_dropped_rows),
        Defect(name="swapped_rows", about="two rows change places", apply=_swapped_rows),
        Defect(
            name="extra_document_row",
            about="a row of its own in table 二",
            apply=_extra_row("disclosure", "normative_documents", "其他主动公开文件"),
        ),
        Defect(
            name="extra_outcome_row",
            about="a row of its own in table 三",
            apply=_extra_row("requests", "rejected_reconfirmation", "6.其他不予处理情形"),
        ),
        Defect(name="doubled_header", about="header printed twice", apply=_doubled_header),
        Defect(name="remarks", about="remarks in cells", apply=_each_number(_remark, 0.1)),
        Defect(name="units", about="units in cells", apply=_each_number(_unit, 0.3)),
        Defect(name="thousands", about="1,234", apply=_each_number(_thousands, 1.0)),
        Defect(name="wide_digits", about="full-width digits", apply=_each_number(_wide, 0.5)),
        Defect(name="free_signs", about="增5 for +5", apply=_each_number(_free_sign, 1.0)),
        Defect(
            name="blank_totals",
            about="the column 总计 left blank",
            apply=_blank_totals,
            relations_hold=False,
        ),
        Defect(
            name="transposed",
            about="two digits exchanged",
            apply=_transposed,
            relations_hold=False,
        ),
        Defect(name="mistyped", about="one figure off", apply=_mistyped, relations_hold=False),
        Defect(
            name="shifted",
            about="a row's figures one column off",
            apply=_shifted,
            relations_hold=False,
        ),
        Defect(
            name="remarked_labels",
            about="explanations in brackets behind labels",
            apply=_remarked_labels,
        ),
    )
)
