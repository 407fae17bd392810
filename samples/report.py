"""The report behind all renderings: figures that tie, an invented organ, seeded, no clock.

    make_report(seed) -> LogicalReport -> draft() -> (defects) -> render() -> bytes
                               |                        |
                               +-- truth() -------------+--> what a reader must find

The ids, labels and editions come from `tasks.forms`; nothing about the form is known here
but how to fill it in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Final, Literal

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Edition

DASH: Final = "dash"
UNREADABLE: Final = "unreadable"

#: None is a blank cell. "unreadable" needs a text in `LogicalReport.written`.
Figure = int | Decimal | Literal["dash", "unreadable"] | None
#: row id -> column id -> figure
Lines = Mapping[str, Mapping[str, Figure]]
#: (kind, value), the kinds of the contract
Expected = tuple[str, int | Decimal | None]
#: table id -> row id -> column id -> what a reader must find
Truth = dict[str, dict[str, dict[str, Expected]]]
Blanks = Literal["zero", "blank", "dash", "mixed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalReport:
    """One report as its author meant it. A row that is not in `values` is not in the document."""

    organ: str
    year: int
    #: table id -> edition
    editions: Mapping[str, str]
    values: Mapping[str, Lines]
    #: dotted cell id -> the text in the cell where it is not simply the figure
    written: Mapping[str, str] = field(default_factory=dict)
    #: figures that the text of the report tells: received, carried_over, answered, granted,
    #: review, litigation; one that is missing is not told
    narrative: Mapping[str, int] = field(default_factory=dict)
    #: how a dash is written
    dash: str = "/"
    #: seed of the prose around the tables
    seed: int = 0

    def figure(self, cell: str) -> Figure:
        """The figure at a dotted id; raises `KeyError`."""
        table, row, column = cell.split(".")
        return self.values[table][row][column]

    def amount(self, cell: str) -> int | Decimal:
        """The figure in the arithmetic: blank and dash are 0."""
        figure = self.figure(cell)
        return 0 if figure is None or isinstance(figure, str) else figure

    def cells(self) -> Iterator[str]:
        """Dotted ids of all figures in the document, in the order of the form."""
        for table, lines in self.values.items():
            for row, figures in lines.items():
                for column in figures:
                    yield f"{table}.{row}.{column}"

    def text(self, cell: str) -> str:
        """What stands in the cell."""
        if cell in self.written:
            return self.written[cell]
        figure = self.figure(cell)
        if figure is None:
            return ""
        return self.dash if figure == DASH else str(figure)


def edition_of(report: LogicalReport, table: str) -> Edition:
    return FORM.edition(table, report.editions[table])


def expected(figure: Figure) -> Expected:
    if figure is None:
        return ("blank", None)
    if isinstance(figure, str):
        return (figure, None)
    return ("number", figure)


def truth(report: LogicalReport) -> Truth:
    """What a reader must find. Rows of the edition that the document lacks are `absent`;
    lines that exist in variants only (`optional`) are left out then."""
    found: Truth = {}
    for table in report.values:
        rows = found.setdefault(table, {})
        for row, column in edition_of(report, table).fields():
            if row.id in report.values[table]:
                figure = report.figure(f"{table}.{row.id}.{column.id}")
                rows.setdefault(row.id, {})[column.id] = expected(figure)
            elif not row.optional:
                rows.setdefault(row.id, {})[column.id] = ("absent", None)
    return found


# --- organs -------------------------------------------------------------------------------

#: No such place exists; each name pairs characters that no Chinese county joins.
PLACES = (
    "霁川县", "澜柘县", "云浔区", "枫泊县", "溟岭市", "漪原县", "椿陵区", "黛湖县",
    "岚堰县", "砚溪区", "璃浦市", "桐霭县", "鹭汀区", "槐澍县", "沅瑚县", "棠屿区",
)  # fmt: skip
TOWNS = ("青砚镇", "白鹭汀镇", "石霭乡", "柳浔街道")
BUREAUS = (
    "财政局", "应急管理局", "教育局", "水利局", "市场监督管理局", "卫生健康局", "自然资源局",
    "工业和信息化局", "行政审批局", "公安局", "交通运输局", "农业农村局", "人民政府",
    "人民政府办公室", "行政服务中心",
)  # fmt: skip


def make_organ(random: Random) -> str:
    place = random.choice(PLACES)
    if random.random() < 0.1:
        town = random.choice(TOWNS)
        return f"{place}{town}" + ("办事处" if town.endswith("街道") else "人民政府")
    return place + random.choice(BUREAUS)


# --- figures ------------------------------------------------------------------------------

_EDITIONS = (
    ("2021", "2021"), ("2021", "2021"), ("2021", "2021"), ("2021", "2019"), ("2019", "2019"),
)  # fmt: skip


def make_editions(random: Random, year: int) -> dict[str, str]:
    """An edition for each table; the 2021 edition cannot stand in a report for 2019 or 2020."""
    disclosure, requests = ("2019", "2019") if year < 2021 else random.choice(_EDITIONS)
    return {"disclosure": disclosure, "requests": requests, "disputes": "2021"}


@dataclass(frozen=True, slots=True)
class _Dice:
    """Seeded figures of one size."""

    random: Random
    zero_share: float
    top: int

    def count(self, zero_share: float | None = None) -> int:
        share = self.zero_share if zero_share is None else zero_share
        if self.random.random() < share:
            return 0
        # Many small figures and a few large ones, as in real reports.
        return self.random.randint(1, max(1, int(self.top ** self.random.random())))

    def amount(self) -> Decimal | int:
        if self.random.random() < self.zero_share:
            return 0
        places = self.random.choice((0, 1, 2, 2, 3, 4))
        whole = self.random.randint(1, self.top * 50 * 10**places)
        return Decimal(whole).scaleb(-places) if places else whole


def _requests(dice: _Dice, edition: Edition, work_secret: bool) -> dict[str, dict[str, Figure]]:
    columns = [column.id for column in edition.blocks[0].columns if column.id != "total"]
    rows = [row for row in edition.rows() if work_secret or not row.optional]
    edges = ("new", "carried_over", "processed_total", "carried_forward")
    items = [row.id for row in rows if row.id not in edges]
    figures: dict[str, dict[str, int]] = {row.id: {} for row in rows}
    for column in columns:
        # Legal persons seldom ask; natural persons nearly always do.
        share = dice.zero_share if column == "natural_person" else (dice.zero_share + 3) / 4
        for item in items:
            figures[item][column] = dice.count(share)
        processed = sum(figures[item][column] for item in items)
        forward = dice.count(share)
        over = min(dice.count(share), processed + forward)
        figures["processed_total"][column] = processed
        figures["carried_forward"][column] = forward
        figures["carried_over"][column] = over
        figures["new"][column] = processed + forward - over
    return {row: {**line, "total": sum(line.values())} for row, line in figures.items()}


def _disputes(dice: _Dice, edition: Edition) -> dict[str, dict[str, Figure]]:
    found: dict[str, dict[str, Figure]] = {}
    for row in edition.rows():
        outcomes = {column.id: dice.count() for column in edition.blocks[0].columns[:-1]}
        found[row.id] = {**outcomes, "total": sum(outcomes.values())}
    return found


def _disclosure(dice: _Dice, edition: Edition, procurement: bool) -> dict[str, dict[str, Figure]]:
    found: dict[str, dict[str, Figure]] = {}
    for block in edition.blocks:
        if block.optional and not procurement:
            continue
        for row in block.rows:
            found[row.id] = {
                column.id: dice.amount() if column.decimal else dice.count()
                for column in block.columns
            }
            if "in_force" in found[row.id]:
                found[row.id]["in_force"] = int(found[row.id]["issued"] or 0) + dice.count()
            if "change" in found[row.id]:
                found[row.id]["change"] = dice.count() * dice.random.choice((1, 1, -1))
    # 规章 are made by ministries, provinces and cities with districts only.
    found["regulations"] = dict.fromkeys(found["regulations"], 0)
    return found


def _narrative(values: Mapping[str, Lines]) -> dict[str, int]:
    requests, disputes = values["requests"], values["disputes"]

    def total(*lines: Mapping[str, Figure]) -> int:
        return sum(int(line["total"] or 0) for line in lines)

    return {
        "received": total(requests["new"]),
        "carried_over": total(requests["carried_over"]),
        "answered": total(requests["processed_total"]),
        "granted": total(requests["granted"]),
        "review": total(disputes["review"]),
        "litigation": total(disputes["litigation_direct"], disputes["litigation_after_review"]),
    }


def _without_zeros(
    values: Mapping[str, Lines], blanks: Blanks, random: Random
) -> dict[str, dict[str, dict[str, Figure]]]:
    """Every 0 as the organ writes it. The arithmetic is the same."""
    choices: dict[str, tuple[Figure, ...]] = {
        "zero": (0,), "blank": (None,), "dash": (DASH,), "mixed": (0, None, DASH),
    }  # fmt: skip

    def zero(figure: Figure) -> Figure:
        return random.choice(choices[blanks]) if figure == 0 else figure

    return {
        table: {
            row: {column: zero(figure) for column, figure in figures.items()}
            for row, figures in lines.items()
        }
        for table, lines in values.items()
    }


def _signs(values: Mapping[str, Lines]) -> dict[str, str]:
    """本年增/减 above zero is written with its sign."""
    return {
        f"disclosure.{row}.change": f"+{figure}"
        for row, line in values["disclosure"].items()
        if isinstance(figure := line.get("change"), int) and figure > 0
    }


def make_report(
    seed: int,
    *,
    organ: str | None = None,
    year: int | None = None,
    editions: Mapping[str, str] | None = None,
    zero_share: float = 0.7,
    big: bool = False,
    blanks: Blanks = "zero",
    narrative: bool = True,
    procurement: bool | None = None,
    work_secret: bool = False,
) -> LogicalReport:
    """A report in which every relation of the form holds, and the text agrees with the tables.

    `zero_share` 1.0 gives a report of zeros, `big` figures of up to six digits. `editions`
    may name some of the tables only.
    """
    random = Random(seed)
    organ = organ or make_organ(random)
    year = year or random.randint(2019, 2025)
    editions = {**make_editions(random, year), **(editions or {})}
    dice = _Dice(random, zero_share, 30_000 if big else 60)
    if procurement is None:
        procurement = random.random() < 0.4
    values: dict[str, dict[str, dict[str, Figure]]] = {
        "disclosure": _disclosure(
            dice, FORM.edition("disclosure", editions["disclosure"]), procurement
        ),
        "requests": _requests(dice, FORM.edition("requests", editions["requests"]), work_secret),
        "disputes": _disputes(dice, FORM.edition("disputes", editions["disputes"])),
    }
    return LogicalReport(
        organ=organ,
        year=year,
        editions=editions,
        values=_without_zeros(values, blanks, random),
        written=_signs(values),
        narrative=_narrative(values) if narrative else {},
        dash=random.choice(("/", "-", "—", "——", "无")),
        seed=seed,
    )


# --- changes ------------------------------------------------------------------------------


def with_figure(
    report: LogicalReport, cell: str, figure: Figure, *, written: str | None = None
) -> LogicalReport:
    """The same report with another figure in one cell, and nothing else adjusted."""
    table, row, column = cell.split(".")
    lines = report.values[table]
    values = {**report.values, table: {**lines, row: {**lines[row], column: figure}}}
    texts = {key: text for key, text in report.written.items() if key != cell}
    if written is not None:
        texts[cell] = written
    return replace(report, values=values, written=texts)


def broken(report: LogicalReport, cell: str, delta: int) -> LogicalReport:
    """One cell is off by `delta`: exactly the relations that name it fail."""
    return with_figure(report, cell, report.amount(cell) + delta)


def misreported(report: LogicalReport, narrative_field: str, delta: int) -> LogicalReport:
    """The text tells another number than the table."""
    told = {**report.narrative}
    told[narrative_field] = told[narrative_field] + delta
    return replace(report, narrative=told)


def _moved(report: LogicalReport, cell: str, to: int) -> int:
    return to - int(report.amount(cell))


def next_year(report: LogicalReport, seed: int) -> LogicalReport:
    """The same organ's report of the year after: 上年结转 and 现行有效 follow from this one."""
    new = make_report(
        seed, organ=report.organ, year=report.year + 1, editions=report.editions, blanks="zero"
    )
    requests = {row: dict(line) for row, line in new.values["requests"].items()}
    for column in requests["new"]:
        over = int(report.amount(f"requests.carried_forward.{column}"))
        moved = _moved(new, f"requests.carried_over.{column}", over)
        requests["carried_over"][column] = over
        # What came over more, or less, shows in what is still open at the end of the year.
        open_ = int(new.amount(f"requests.carried_forward.{column}")) + moved
        requests["carried_forward"][column] = max(open_, 0)
        requests["new"][column] = int(new.amount(f"requests.new.{column}")) + max(-open_, 0)
    for row in ("new", "carried_forward"):
        line = requests[row]
        line["total"] = sum(int(line[column] or 0) for column in line if column != "total")
    disclosure = {row: dict(line) for row, line in new.values["disclosure"].items()}
    if report.editions["disclosure"] == "2021":
        for row in ("regulations", "normative_documents"):
            before = f"disclosure.{row}.in_force"
            line = disclosure[row]
            stock = int(report.amount(before)) + int(line["issued"] or 0)
            repealed = min(int(line["repealed"] or 0), stock)
            line["repealed"] = repealed
            line["in_force"] = stock - repealed
    values = {**new.values, "requests": requests, "disclosure": disclosure}
    return replace(new, values=values, narrative=_narrative(values))
