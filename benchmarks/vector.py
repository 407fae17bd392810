"""The vector of figures: what is read of every known file, held against what was read before.

    python -m benchmarks.vector check              reads all anew, tells each file that differs
    python -m benchmarks.vector write              takes what is read now for what is to be read
    python -m benchmarks.vector questions          how often recognising asks, of two plain files

The golden file has a line a file: how many figures are right, wrong, doubted and lost (see
`benchmarks.measure`), which are not right, the rules of its findings, and two digests: of the
values (number, kind, raw text, place, and how they were placed), and of all else that is told of
the document. `check` fails where a file got worse: fewer right figures, more that are doubted, any
wrong one, another outcome. Where only a digest is another one, that is told; with --exact it fails
too. `write` refuses wrong figures.

The files are those of `benchmarks.known`. What LibreOffice, Chromium and poppler make differs
between their versions, so only its counts are kept; of the documents in `../shared` what they say
is not, not even which cells are not read. Files that cannot be read here are left out, and their
lines stay.

Each takes NAMES (only files whose name has one of them in it), --every N (only each Nth file),
--no-programs (without the files that those three make), --documents FOLDER (see
`benchmarks.kept`: after a change of recognising alone nothing is read again), --processes N, and
--golden FILE for another file than the repository's. `questions` is told in `benchmarks.questions`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from benchmarks.kept import Kept
from benchmarks.known import ROOT, SHARED, Known, hard_files, is_left_out, shared_files
from benchmarks.measure import Differing, Tally, compare_figures
from benchmarks.questions import questions_of
from tasks.flow import conclude
from tasks.model.document import Table
from tasks.model.refusal import Refusal
from tasks.model.report import Outcome, Report, Value

GOLDEN: Final = ROOT / "tests/golden/figures.jsonl"
#: So many cells are named of a file; the others are counted.
MOST_NAMED: Final = 8

# --- a line of the vector -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was read of one file. What is 0 or empty is left out of the golden file."""

    file: str
    #: `report`, `no report`, `refused:<code>`.
    outcome: str
    right: int = 0
    wrong: int = 0
    doubted: int = 0
    lost: int = 0
    #: `wrong`, `doubted`, `lost` -> cells; empty where only counts are kept.
    not_right: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Rule -> number of findings; likewise.
    findings: Mapping[str, int] = field(default_factory=dict)
    #: Digest of the values; "" where only counts are kept, or where there is no report.
    values: str = ""
    #: Digest of all else: identity, editions, left-overs, findings, tables; likewise.
    told: str = ""

    def as_json(self) -> str:
        kept = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(kept, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A line, and what stands in the fields that are not right."""

    line: Line
    differing: tuple[Differing, ...] = ()


def read_known(file: Known, kept: Kept) -> Reading:
    try:
        outcome = conclude(kept.document(kept.body(file), file.file_name))
    except Refusal as refusal:
        return held(file, None, f"refused:{refusal.code}")
    return held(file, outcome, "report" if outcome.report else "no report")


def held(file: Known, outcome: Outcome | None, said: str) -> Reading:
    """What was read against what is right."""
    report, findings = (outcome.report, outcome.findings) if outcome else (None, ())
    right = file.right()
    tally, differing = compare_figures(
        right.figures,
        report,
        findings,
        whole=right.whole,
        zero_may_be_blank=right.zero_may_be_blank,
    )
    line = _counted(file.name, said, tally)
    if outcome and not file.needs:
        line = replace(
            line,
            findings=dict(sorted(Counter(finding.rule for finding in findings).items())),
            values=_digest(_values(report)) if report else "",
            told=_digest(_told(outcome)),
        )
    if file.is_made and not file.needs:
        line = replace(line, not_right=_by_how(differing))
    return Reading(line=line, differing=differing)


def _counted(name: str, outcome: str, tally: Tally) -> Line:
    return Line(
        file=name,
        outcome=outcome,
        right=tally.right,
        wrong=tally.wrong,
        doubted=tally.doubted,
        lost=tally.lost,
    )


def _by_how(differing: Iterable[Differing]) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    for one in differing:
        cells.setdefault(one.how, []).append(one.cell)
    return {how: cells[how] for how in sorted(cells)}


def _digest(parts: Iterable[object]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode() + b"\n")
    return digest.hexdigest()[:12]


def _fields(report: Report) -> Iterator[tuple[str, Value]]:
    for table, rows in report.values.items():
        for row, columns in rows.items():
            for column, value in columns.items():
                yield f"{table}.{row}.{column}", value


def _values(report: Report) -> Iterator[object]:
    for cell, value in sorted(_fields(report), key=lambda pair: pair[0]):
        number = None if value.value is None else str(value.value)
        yield cell, str(value.kind), number, value.raw, value.at, str(value.placed_by)


def _told(outcome: Outcome) -> Iterator[object]:
    """In the order in which it is told."""
    if report := outcome.report:
        yield report.organ, report.year, report.region, report.organ_key
        yield sorted(report.edition.items())
        yield report.left_over
        for cell, value in _fields(report):
            yield cell, value.unit, value.note, value.doubt
    yield outcome.findings
    yield from (_shown(table) for table in outcome.document.tables())


def _shown(table: Table) -> object:
    """As the result shows a table: not how sure the reader was, nor where it stood."""
    cells = tuple((c.row, c.column, c.rowspan, c.colspan, c.text) for c in table.cells)
    return table.id, table.caption, table.n_rows, table.n_columns, cells


# --- two lines ------------------------------------------------------------------------------


class Change(StrEnum):
    """What came of a file since its line was written."""

    WORSE = "worse"
    #: There is no line of it.
    NEW = "new"
    BETTER = "better"
    #: As many figures, yet something else is told.
    CHANGED = "changed"
    SAME = "same"


def change(before: Line | None, now: Line) -> Change:
    if now.wrong:
        return Change.WORSE
    if before is None:
        return Change.NEW
    if now.right < before.right or now.doubted > before.doubted:
        return Change.WORSE
    if now.outcome != before.outcome and now.right == before.right:
        return Change.WORSE
    if now.right > before.right or now.doubted < before.doubted:
        return Change.BETTER
    return Change.SAME if now == before else Change.CHANGED


_COUNTS: Final = ("right", "wrong", "doubted", "lost")


def differences(before: Line, now: Line) -> Iterator[str]:
    """In words, what is most important first."""
    for name in ("outcome", *_COUNTS):
        was, is_ = getattr(before, name), getattr(now, name)
        if was != is_:
            yield f"{name} {was} -> {is_}"
    for how in ("wrong", "doubted", "lost"):
        was, is_ = before.not_right.get(how, ()), now.not_right.get(how, ())
        yield from _named(f"now {how}", [cell for cell in is_ if cell not in was])
        yield from _named(f"no longer {how}", [cell for cell in was if cell not in is_])
    for rule in sorted({*before.findings, *now.findings}):
        count, counts = before.findings.get(rule, 0), now.findings.get(rule, 0)
        if count != counts:
            yield f"{rule} {count} -> {counts}"
    if before.values != now.values:
        yield "values differ"
    if before.told != now.told:
        yield "told otherwise"


def _named(what: str, cells: Sequence[str]) -> Iterator[str]:
    if cells:
        more = f" and {len(cells) - MOST_NAMED} more" if len(cells) > MOST_NAMED else ""
        yield f"{what}: {', '.join(cells[:MOST_NAMED])}{more}"


# --- the golden file ------------------------------------------------------------------------

Lines = dict[str, Line]


def load(path: Path) -> Lines:
    """By file; none where there is no golden file yet."""
    if not path.exists():
        return {}
    lines = (Line(**json.loads(text)) for text in path.read_text(encoding="utf-8").splitlines())
    return {line.file: line for line in lines}


def save(path: Path, lines: Iterable[Line]) -> None:
    path.write_text("".join(line.as_json() + "\n" for line in lines), encoding="utf-8")


# --- all files ------------------------------------------------------------------------------


@cache
def known() -> Mapping[str, Known]:
    return {file.name: file for file in (*hard_files(), *shared_files())}


def chosen(every: int, *, programs: bool, names: Sequence[str] = ()) -> list[Known]:
    """`names`: parts of the names of files; none means all."""
    files = [*hard_files()][::every] + [*shared_files()][::every]
    return [
        file
        for file in files
        if (not file.needs or (programs and not is_left_out(file)))
        and (not names or any(name in file.name for name in names))
    ]


def _read_by_name(name: str, folder: Path | None) -> Reading:
    """For another process, to which a file's makers cannot be sent."""
    return read_known(known()[name], Kept(folder))


def read_all(
    files: Sequence[Known], *, folder: Path | None = None, processes: int = 1
) -> list[Reading]:
    names = [file.name for file in files]
    read: Callable[[str], Reading] = partial(_read_by_name, folder=folder)
    if processes == 1:
        return [read(name) for name in names]
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        return list(pool.map(read, names, chunksize=4))


def left_out(*, programs: bool) -> Iterator[str]:
    """Which files are not among those that are read, and why."""
    reasons = Counter(
        is_left_out(file) if programs else "made by programs" for file in hard_files() if file.needs
    )
    for reason, count in reasons.items():
        if reason:
            yield f"left out: {count} files: {reason}"
    if not SHARED.exists():
        yield "left out: the documents in ../shared, which is not here"


# --- the commands -----------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Compared:
    """All files that were read, by what came of them."""

    files: dict[Change, list[str]] = field(default_factory=dict)
    #: Lines of files that are no more.
    gone: Sequence[str] = ()

    def count(self, change: Change) -> int:
        return len(self.files.get(change, ()))

    def fails(self, *, exact: bool) -> bool:
        failing = (Change.WORSE, Change.NEW, *((Change.CHANGED,) if exact else ()))
        return bool(self.gone) or any(self.count(change) for change in failing)


def compare(before: Lines, readings: Iterable[Reading]) -> Compared:
    """Tells of each file that differs."""
    compared = Compared(gone=_gone(before))
    for reading in readings:
        line = reading.line
        old = before.get(line.file)
        what = change(old, line)
        compared.files.setdefault(what, []).append(line.file)
        if what is not Change.SAME:
            print(f"{what}: {line.file}", *(differences(old, line) if old else ()), sep="\n    ")
            wrong = [str(one) for one in reading.differing if one.how == "wrong"]
            print(*(f"    {one}" for one in wrong[:MOST_NAMED]), sep="\n", end="\n" * bool(wrong))
    for name in compared.gone:
        print(f"gone: {name}")
    return compared


def _gone(before: Lines) -> list[str]:
    return [
        name
        for name in before
        if name not in known() and (SHARED.exists() or not name.startswith("shared/"))
    ]


def _print_sums(compared: Compared, before: Lines, readings: Sequence[Reading]) -> None:
    told = ", ".join(f"{compared.count(change)} {change}" for change in Change)
    print(f"{len(readings)} files: {told}")
    for name in _COUNTS:
        is_ = sum(getattr(reading.line, name) for reading in readings)
        old = [before[reading.line.file] for reading in readings if reading.line.file in before]
        print(f"{name:>8} {is_:8,} ({is_ - sum(getattr(line, name) for line in old):+,})")


def write(path: Path, before: Lines, readings: Sequence[Reading]) -> bool:
    """False where nothing was written, since a figure is wrong. Lines of files that were not
    read stay as they are."""
    if any(reading.line.wrong for reading in readings):
        print("not written: a wrong figure is never what is to be read")
        return False
    gone = _gone(before)
    lines = before | {reading.line.file: reading.line for reading in readings}
    order = {name: place for place, name in enumerate(known())}
    kept = (line for name, line in lines.items() if name not in gone)
    save(path, sorted(kept, key=lambda line: order.get(line.file, len(order))))
    print(f"{len(readings)} lines written to {path}")
    return True


#: A plain report, and one whose tables are found by their labels.
QUESTIONED: Final = ("hard/001-html-plain.html", "hard/029-pdf-unruled.pdf")


def print_questions(files: Iterable[Known], kept: Kept) -> None:
    for file in files:
        try:
            document = kept.document(kept.body(file), file.file_name)
        except Refusal as refusal:
            print(f"{file.name}: refused:{refusal.code}")
        else:
            print(f"{file.name}: {questions_of(document)}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vector")
    parser.add_argument("command", choices=("check", "write", "questions"))
    parser.add_argument("names", nargs="*", help="only files with one of these in their name")
    parser.add_argument("--every", type=int, default=1, help="only each Nth file (1)")
    parser.add_argument(
        "--no-programs", action="store_true", help="nothing by LibreOffice, Chromium, poppler"
    )
    parser.add_argument("--documents", type=Path, help="keeps bodies and documents here")
    parser.add_argument("--processes", type=int, default=1, help="so many at once (1)")
    parser.add_argument("--exact", action="store_true", help="any difference fails")
    parser.add_argument("--golden", type=Path, default=GOLDEN, help="another golden file")
    given = parser.parse_args(arguments)
    programs = not given.no_programs
    if given.command == "questions":
        asked = chosen(given.every, programs=programs, names=given.names or QUESTIONED)
        print_questions(asked, Kept(given.documents))
        return 0
    for line in left_out(programs=programs):
        print(line, file=sys.stderr)
    files = chosen(given.every, programs=programs, names=given.names)
    readings = read_all(files, folder=given.documents, processes=given.processes)
    before = load(given.golden)
    compared = compare(before, readings)
    _print_sums(compared, before, readings)
    if given.command == "write":
        return 0 if write(given.golden, before, readings) else 1
    return 1 if compared.fails(exact=given.exact) else 0


if __name__ == "__main__":
    sys.exit(main())
