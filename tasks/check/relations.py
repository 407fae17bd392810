"""The form's relations, each written out for every line it runs along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tasks.check.localise import Equation, Repair, localise
from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Axis, Edition, Relation
from tasks.model.report import Finding, Kind, Report, Severity, Suspect, Value

#: A finding names no more suspects than this.
_MOST_SUSPECTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One relation on one line: the cells of its parts and of its wholes."""

    relation: Relation
    table: str
    #: Id and label of the line that the relation runs along.
    line: str
    label: str
    parts: tuple[str, ...]
    wholes: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (*self.parts, *self.wholes)


def instances(
    table: str, edition: Edition, values: Mapping[str, Mapping[str, Value]]
) -> Iterator[Instance]:
    """The relations of an edition on the lines that this report has."""
    lines = list(edition.fields())
    rows = dict.fromkeys(row.id for row, _ in lines)
    columns = dict.fromkeys(column.id for _, column in lines)
    labels = {line.id: line.numbering + line.label for pair in lines for line in pair}
    for relation in edition.relations:
        along = columns if relation.axis is Axis.COLUMN else rows
        for line in along:
            cell = _cell_of(table, relation.axis, line)
            parts = tuple(
                cell(part) for part in relation.parts if _there(values, relation, line, part)
            )
            wholes = tuple(
                cell(whole) for whole in relation.wholes if _there(values, relation, line, whole)
            )
            if not parts and not wholes:
                continue
            yield Instance(
                relation=relation,
                table=table,
                line=line,
                label=labels[line],
                parts=parts,
                wholes=wholes,
            )


def _cell_of(table: str, axis: Axis, line: str) -> Callable[[str], str]:
    if axis is Axis.COLUMN:
        return lambda row: f"{table}.{row}.{line}"
    return lambda column: f"{table}.{line}.{column}"


def _there(
    values: Mapping[str, Mapping[str, Value]], relation: Relation, line: str, other: str
) -> bool:
    """Whether the field is in the report at all; optional rows may be not."""
    row, column = (other, line) if relation.axis is Axis.COLUMN else (line, other)
    return column in values.get(row, {})


def cell_value(report: Report, cell: str) -> Value:
    """The value of a dotted id. Raises `KeyError`."""
    table, row, column = cell.split(".")
    return report.values[table][row][column]


# Whether they hold


def broken_relations(report: Report) -> list[Finding]:
    """A finding for each relation that does not hold, and one a rule for those that could
    not be assessed."""
    findings: list[Finding] = []
    for table, edition in report.edition.items():
        if edition is not None:
            findings += _broken_in(report, table, FORM.edition(table, edition))
    return findings


def _broken_in(report: Report, table: str, edition: Edition) -> list[Finding]:
    all_instances = list(instances(table, edition, report.values[table]))
    unassessable = [instance for instance in all_instances if _hidden(report, instance)]
    sound = [instance for instance in all_instances if instance not in unassessable]
    broken = [instance for instance in sound if _difference(report, instance) != 0]
    repairs = _repairs(report, sound) if broken else ()
    findings = [_broken(report, instance, repairs) for instance in broken]
    return findings + list(_not_assessed(report, unassessable))


def _hidden(report: Report, instance: Instance) -> bool:
    """Unreadable cells hide whether it holds; absent ones only where it would not hold."""
    kinds = [cell_value(report, cell).kind for cell in instance.cells]
    if Kind.UNREADABLE in kinds:
        return True
    if Kind.ABSENT not in kinds:
        return False
    sides = (instance.parts, instance.wholes)
    if any(all(cell_value(report, cell).kind is Kind.ABSENT for cell in side) for side in sides):
        return True
    return _difference(report, instance) != 0


def _sum(report: Report, cells: tuple[str, ...]) -> int | Decimal:
    return sum((cell_value(report, cell).amount or 0 for cell in cells), start=0)


def _difference(report: Report, instance: Instance) -> int | Decimal:
    return _sum(report, instance.parts) - _sum(report, instance.wholes)


def _repairs(report: Report, sound: list[Instance]) -> tuple[Repair, ...]:
    cells = {cell for instance in sound for cell in instance.cells}
    values = {
        cell: value
        for cell in sorted(cells)
        if (value := cell_value(report, cell)).kind is not Kind.ABSENT
    }
    equations = [
        Equation(
            {cell: 1 for cell in instance.parts if cell in values}
            | {cell: -1 for cell in instance.wholes if cell in values}
        )
        for instance in sound
    ]
    return localise(equations, values)


# What is said


def _broken(report: Report, instance: Instance, repairs: tuple[Repair, ...]) -> Finding:
    relation = instance.relation
    expected, actual = _sum(report, instance.parts), _sum(report, instance.wholes)
    suspects = _suspects(instance, repairs)
    line = "栏" if relation.axis is Axis.COLUMN else "行"
    message = (
        f"“{instance.label}”{line}不相符：{_spelt(report, instance, instance.parts, expected)}，"
        f"而{_spelt(report, instance, instance.wholes, actual)}，相差 {abs(expected - actual)}"
    )
    message_en = (
        f"{instance.table}.{instance.line}: {relation.formula_en}: {expected} against {actual}"
    )
    severity = relation.severity
    if _rests_on_doubt(report, instance, suspects):
        severity = min(severity, Severity.WARNING, key=_WEIGHT.index)
        message += "；所涉的格是按顺序或推定读取的，也可能是读取有误"
        message_en += "; cells concerned were placed by order, so the reading may be wrong"
    if repairs and repairs[0].shift:
        message += "；看来有一个数填错了栏"
        message_en += "; a figure seems to stand in the wrong column"
    return Finding(
        rule=relation.rule,
        severity=severity,
        message=message,
        message_en=message_en,
        cells=tuple(
            cell for cell in instance.cells if cell_value(report, cell).kind is not Kind.ABSENT
        ),
        expected=str(expected),
        actual=str(actual),
        suspects=suspects,
    )


#: Lightest first.
_WEIGHT = (Severity.INFO, Severity.WARNING, Severity.ERROR)


def _rests_on_doubt(report: Report, instance: Instance, suspects: tuple[Suspect, ...]) -> bool:
    """Whether the likeliest wrong cell is one whose reading is in doubt: then it may be we
    who are wrong, not the source."""
    cells = [suspects[0].cell] if suspects else list(instance.cells)
    return any(cell_value(report, cell).doubt > 0 for cell in cells)


def _spelt(report: Report, instance: Instance, cells: tuple[str, ...], total: int | Decimal) -> str:
    """`一、本年新收 12 + 二、上年结转 0 = 12`; parts that are 0 are left out of long sums."""
    terms = [
        f"{_line_label(report, instance, cell)} {amount}"
        for cell in cells
        if (amount := cell_value(report, cell).amount or 0) or len(cells) <= 2
    ]
    if not terms:
        return "各项合计 0"
    return " + ".join(terms) + (f" = {total}" if len(terms) > 1 else "")


def _line_label(report: Report, instance: Instance, cell: str) -> str:
    table, row, column = cell.split(".")
    edition = FORM.edition(table, report.edition[table] or "")
    wanted = row if instance.relation.axis is Axis.COLUMN else column
    for lines in edition.fields():
        line = lines[0] if instance.relation.axis is Axis.COLUMN else lines[1]
        if line.id == wanted:
            return line.numbering + line.label.partition("（")[0]
    return wanted


def _suspects(instance: Instance, repairs: tuple[Repair, ...]) -> tuple[Suspect, ...]:
    """The cells of this relation in the order of the repairs they belong to."""
    named: dict[str, Suspect] = {}
    for repair in repairs:
        for cell, value in repair.changes.items():
            if cell in instance.cells and cell not in named:
                named[cell] = Suspect(cell=cell, value=str(value))
    return tuple(named.values())[:_MOST_SUSPECTS]


def _not_assessed(report: Report, hidden: list[Instance]) -> Iterator[Finding]:
    by_rule: dict[str, list[Instance]] = {}
    for instance in hidden:
        by_rule.setdefault(instance.relation.rule, []).append(instance)
    for rule, members in by_rule.items():
        cells = dict.fromkeys(
            cell
            for instance in members
            for cell in instance.cells
            if cell_value(report, cell).kind in (Kind.UNREADABLE, Kind.ABSENT)
        )
        lines = "、".join(instance.label for instance in members)
        yield Finding(
            rule=rule,
            severity=Severity.INFO,
            message=f"有 {len(members)} 处无法核对“{members[0].relation.formula}”"
            f"（所需的格读不出或文中没有）：{lines}",
            message_en=f"{len(members)} not assessable, cells unreadable or absent: "
            + ", ".join(instance.line for instance in members),
            cells=tuple(cells),
        )
