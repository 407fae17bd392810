"""The form's relations, each written out for every line it runs along."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import assert_never

from tasks.check.accidents import Accident, AccidentKind, accident
from tasks.check.localise import Equation, Repair, blocks, localise
from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Axis, Edition, Relation
from tasks.model.report import Finding, Kind, Report, Severity, Suspect, Value
from tasks.model.saying import LinesOf, RelationOf, Saying, TermsOf, say

#: A finding names no more suspects than this.
_MOST_SUSPECTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One relation on one line: the cells of its parts and of its wholes."""

    relation: Relation
    table: str
    edition: str
    #: Id of the line that the relation runs along.
    line: str
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
                edition=edition.edition,
                line=line,
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
    findings = _disagreements(report, sound)
    return findings + list(_not_assessed(report, unassessable))


def _disagreements(report: Report, sound: list[Instance]) -> list[Finding]:
    """Totals that nobody filled in are told as such; with them put in, what still disagrees."""
    if all(_difference(report, instance) == 0 for instance in sound):
        return []
    bare = _bare_totals(report, sound)
    if bare:
        told = _disagreements(report, [one for one in sound if one not in bare])
        return [_only_totals(report, bare), *told]
    blank = _blank_totals(report, sound, whole_lines=True)
    full = _with_amounts(report, blank)
    explained: _Explanations = {}
    if any(_difference(full, instance) for instance in sound):
        # not all of it, or not this: figures one column off leave totals blank as well
        explained = _explanations(report, sound, ())
        if all(one.repairs for one in explained.values()):
            blank, full = {}, report
        else:
            blank = blank or _blank_totals(report, sound, whole_lines=False)
            full = _with_amounts(report, blank)
            explained = _explanations(full, sound, blank) if blank else explained
    return list(_left_blank(report, sound, blank)) + [
        _broken(full, instance, explained.get(instance.cells, _Explained()))
        for instance in sound
        if _difference(full, instance) != 0
    ]


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


@dataclass(frozen=True, slots=True)
class _Explained:
    """What would mend the relations of one block."""

    #: Most likely first; None where these could not be determined.
    repairs: tuple[Repair, ...] | None = ()
    #: One accident that the first repair undoes.
    accident: Accident | None = None


#: Cells of an instance -> what is known of the block of relations that it is in.
_Explanations = dict[tuple[str, ...], _Explained]


def _explanations(report: Report, sound: list[Instance], blank: Collection[str]) -> _Explanations:
    """`blank`: totals that were put in; relations that name them prove nothing."""
    proving = [instance for instance in sound if not any(c in blank for c in instance.cells)]
    equations = [_equation(report, instance) for instance in proving]
    explained: _Explanations = {}
    for numbers in blocks(equations):
        members = [proving[number] for number in numbers]
        if all(_difference(report, instance) == 0 for instance in members):
            continue
        block = [equations[number] for number in numbers]
        values = {cell: cell_value(report, cell) for equation in block for cell in equation.terms}
        found = _explained(members, block, values)
        explained |= {instance.cells: found for instance in members}
    return explained


#: Where no fewer cells than these mend it, one accident to a whole line is likelier.
_MANY_CELLS = 3


def _explained(
    members: list[Instance], block: list[Equation], values: Mapping[str, Value]
) -> _Explained:
    repairs = localise(block, values)
    size = len(repairs[0].changes) if repairs else None
    if size is not None and size < _MANY_CELLS:
        return _Explained(repairs)
    rows, columns = (
        tuple(dict.fromkeys(one.line for one in members if one.relation.axis is axis))
        for axis in (Axis.ROW, Axis.COLUMN)
    )
    found = accident(block, values, rows=rows, columns=columns)
    # the smallest sets are named, and an accident is one of them or there are none
    if found is None or (size is not None and size < len(found.changes)):
        return _Explained(repairs)
    undone = Repair(changes=found.changes, cost=0.0)
    others = (repair for repair in repairs or () if repair.changes != found.changes)
    return _Explained((undone, *others), found)


def _equation(report: Report, instance: Instance) -> Equation:
    signs = dict.fromkeys(instance.parts, 1) | dict.fromkeys(instance.wholes, -1)
    return Equation(
        {c: sign for c, sign in signs.items() if cell_value(report, c).kind is not Kind.ABSENT}
    )


# Totals left blank


#: Fewer totals left blank than this are slips, and found like any other.
_FEWEST_BLANK = 2


def _blank_totals(
    report: Report, sound: list[Instance], *, whole_lines: bool
) -> dict[str, int | Decimal]:
    """Totals left blank over parts that are not, and what they should be.

    `whole_lines`: only where all totals of a relation are, or are 0: then the organ leaves
    them out.
    As every such relation is broken and no cell is in two of one rule, no fewer cells could
    mend them.
    """
    blank: dict[str, int | Decimal] = {}
    rules = list(dict.fromkeys(instance.relation.rule for instance in sound))
    # twice, as there are totals of totals
    for rule in (*rules, *rules):
        missing, filled = {}, 0
        seen = _with_amounts(report, blank)
        for instance in (one for one in sound if one.relation.rule == rule):
            if len(instance.wholes) > 1 or not (amount := _sum(seen, instance.parts)):
                continue
            whole = cell_value(report, instance.wholes[0])
            if whole.kind in (Kind.BLANK, Kind.DASH) or (whole_lines and not whole.amount):
                missing[instance.wholes[0]] = amount
            else:
                filled += 1
        if len(missing) >= _FEWEST_BLANK and not (whole_lines and filled):
            blank |= missing
    return blank


def _with_amounts(report: Report, amounts: Mapping[str, int | Decimal]) -> Report:
    """The report with other figures in some cells."""
    if not amounts:
        return report
    values = {
        table: {row: {**line} for row, line in rows.items()}
        for table, rows in report.values.items()
    }
    for cell, amount in amounts.items():
        table, row, column = cell.split(".")
        old = values[table][row][column]
        values[table][row][column] = replace(old, kind=Kind.NUMBER, value=amount)
    return replace(report, values=values)


def _bare_totals(report: Report, sound: list[Instance]) -> list[Instance]:
    """Relations of which all lines have a total and none has parts: the organ gives no parts."""
    for rule in dict.fromkeys(one.relation.rule for one in sound if len(one.wholes) == 1):
        members = [one for one in sound if one.relation.rule == rule]
        bare = [one for one in members if _sum(report, one.wholes)]
        parts = [cell for one in members for cell in one.parts]
        if len(bare) >= _FEWEST_BLANK and not any(cell_value(report, c).amount for c in parts):
            return bare
    return []


# What is said


def _read_from_pixels(report: Report, members: list[Instance]) -> Iterator[Saying]:
    """That it may be the reading, where a cell of these was read from pixels and not surely."""
    if any(cell_value(report, cell).is_unsure for one in members for cell in one.cells):
        yield say("relation.read_by_ocr")


def _only_totals(report: Report, bare: list[Instance]) -> Finding:
    relation = bare[0].relation
    return Finding(
        rule=relation.rule,
        severity=relation.severity,
        says=(say("relation.only_totals", lines=_lines(bare)), *_read_from_pixels(report, bare)),
        cells=tuple(cell for one in bare for cell in one.wholes),
    )


def _left_blank(
    report: Report, sound: list[Instance], blank: Mapping[str, int | Decimal]
) -> Iterator[Finding]:
    """One finding for all totals of a relation that are missing."""
    by_rule: dict[str, list[Instance]] = {}
    for instance in sound:
        if len(instance.wholes) == 1 and instance.wholes[0] in blank:
            by_rule.setdefault(instance.relation.rule, []).append(instance)
    told: set[str] = set()
    # the last total of all is in two rules: it is told where more are missing
    for rule, members in sorted(by_rule.items(), key=lambda item: -len(item[1])):
        members = [instance for instance in members if instance.wholes[0] not in told]
        told.update(instance.wholes[0] for instance in members)
        if not members:
            continue
        suspects = tuple(
            Suspect(cell=instance.wholes[0], value=str(blank[instance.wholes[0]]))
            for instance in members
        )
        yield Finding(
            rule=rule,
            severity=members[0].relation.severity,
            says=(_blank_told(report, members, blank), *_read_from_pixels(report, members)),
            cells=tuple(suspect.cell for suspect in suspects),
            suspects=suspects,
        )


def _blank_told(
    report: Report, members: list[Instance], blank: Mapping[str, int | Decimal]
) -> Saying:
    first, n = members[0], len(members)
    amounts = tuple((one.line, blank[one.wholes[0]]) for one in members)
    totals = TermsOf(first.table, first.edition, str(first.relation.axis), amounts)
    across = _id(first, first.wholes[0])
    whole = LinesOf(first.table, first.edition, _other(first.relation.axis), (across,))
    if any(cell_value(report, one.wholes[0]).kind is Kind.NUMBER for one in members):
        return say("relation.blank_or_zero_totals", totals=totals, n=n, whole=whole)
    return say("relation.blank_totals", totals=totals, n=n, whole=whole)


def _broken(report: Report, instance: Instance, explained: _Explained) -> Finding:
    relation, repairs = instance.relation, explained.repairs
    expected, actual = _sum(report, instance.parts), _sum(report, instance.wholes)
    suspects = _suspects(instance, repairs or ())
    says = [
        say(
            "relation.broken",
            line=_lines([instance]),
            parts=_terms(report, instance, instance.parts),
            wholes=_terms(report, instance, instance.wholes),
            difference=str(abs(expected - actual)),
        )
    ]
    severity = relation.severity
    if doubts := list(_read_from_pixels(report, [instance])):
        says += doubts
    elif _rests_on_doubt(report, instance, suspects):
        severity = min(severity, Severity.WARNING, key=_WEIGHT.index)
        says.append(say("relation.in_doubt"))
    if explained.accident:
        says.append(_accident_told(report, instance, explained.accident))
    elif repairs and repairs[0].shift:
        says.append(_shift_told(report, instance, repairs[0]))
    elif not suspects:
        says.append(say("relation.undetermined"))
    elif repairs and _are_alike(instance, repairs):
        says.append(say("relation.alike"))
    return Finding(
        rule=relation.rule,
        severity=severity,
        says=tuple(says),
        cells=tuple(
            cell for cell in instance.cells if cell_value(report, cell).kind is not Kind.ABSENT
        ),
        expected=str(expected),
        actual=str(actual),
        suspects=suspects,
    )


def _shift_told(report: Report, instance: Instance, repair: Repair) -> Saying:
    """Between which columns; in which direction depends on the row, which may not be sure."""
    columns = [cell.rpartition(".")[2] for cell in repair.changes]
    fields = FORM.edition(instance.table, instance.edition).fields()
    order = [column.id for _, column in fields]
    one, other = (
        LinesOf(instance.table, instance.edition, "column", (column,))
        for column in sorted(columns, key=order.index)
    )
    cell, new = next(iter(repair.changes.items()))
    by = str(abs(new - (cell_value(report, cell).amount or 0)))
    return say("relation.wrong_column", amount=by, one=one, other=other)


def _accident_told(report: Report, instance: Instance, found: Accident) -> Saying:
    axis = "row" if found.lines[0] in report.values[instance.table] else "column"
    first, *others = (LinesOf(instance.table, instance.edition, axis, (id,)) for id in found.lines)
    match found.kind:
        case AccidentKind.SHIFTED:
            return say("accident.shifted", line=first)
        case AccidentKind.EXCHANGED:
            return say("accident.exchanged", one=first, other=others[0])
        case AccidentKind.MOVED:
            return say("accident.moved", line=first, into=others[0])
        case AccidentKind.BLANK:
            return say("accident.blank", line=first)
        case AccidentKind.WRONG:
            return say("accident.wrong", line=first)
        case _:
            assert_never(found.kind)


#: Lightest first.
_WEIGHT = (Severity.INFO, Severity.WARNING, Severity.ERROR)


def _rests_on_doubt(report: Report, instance: Instance, suspects: tuple[Suspect, ...]) -> bool:
    """Whether the likeliest wrong cell is one whose reading is in doubt: then it may be we
    who are wrong, not the source."""
    cells = [suspects[0].cell] if suspects else list(instance.cells)
    return any(cell_value(report, cell).doubt > 0 for cell in cells)


def _lines(members: list[Instance]) -> LinesOf:
    """The lines that instances of one relation run along."""
    first, ids = members[0], tuple(one.line for one in members)
    return LinesOf(first.table, first.edition, str(first.relation.axis), ids)


def _terms(report: Report, instance: Instance, cells: tuple[str, ...]) -> TermsOf:
    """The cells of one side with their amounts, by the lines that run across."""
    amounts = tuple((_id(instance, cell), cell_value(report, cell).amount or 0) for cell in cells)
    return TermsOf(instance.table, instance.edition, _other(instance.relation.axis), amounts)


def _id(instance: Instance, cell: str) -> str:
    _, row, column = cell.split(".")
    return row if instance.relation.axis is Axis.COLUMN else column


def _other(axis: Axis) -> str:
    return str(Axis.ROW if axis is Axis.COLUMN else Axis.COLUMN)


def _suspects(instance: Instance, repairs: tuple[Repair, ...]) -> tuple[Suspect, ...]:
    """The cells of this relation in the order of the repairs they belong to."""
    named: dict[str, Suspect] = {}
    for repair in repairs:
        for cell, value in repair.changes.items():
            if cell in instance.cells and cell not in named:
                named[cell] = Suspect(cell=cell, value=str(value))
    return tuple(named.values())[:_MOST_SUSPECTS]


def _are_alike(instance: Instance, repairs: tuple[Repair, ...]) -> bool:
    """Whether other cells of this relation are as likely wrong as the first ones."""
    likeliest = {
        frozenset(repair.changes).intersection(instance.cells)
        for repair in repairs
        if repair.cost == repairs[0].cost
    }
    return len(likeliest) > 1


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
        relation = RelationOf(members[0].table, members[0].edition, rule)
        lines = _lines(members)
        yield Finding(
            rule=rule,
            severity=Severity.INFO,
            says=(say("relation.not_assessed", lines=lines, relation=relation),),
            cells=tuple(cells),
        )
