"""The figures of the hard corpus are those of the golden file, and a check would tell if not.

A tenth of the corpus in the default run, another one than in `property/test_hard_corpus.py`;
`python -m benchmarks.vector check` reads all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.kept import Kept
from benchmarks.known import hard_files
from benchmarks.vector import (
    GOLDEN,
    Change,
    Line,
    Reading,
    change,
    differences,
    held,
    load,
    main,
    read_known,
    save,
    write,
)
from tasks.flow import examine
from tasks.model.report import Kind, Outcome, Value

TENTH = ("--every", "10", "--no-programs")
#: Only the first file of the corpus.
FIRST = ("check", "--every", "100000", "--no-programs")
FILE = next(hard_files())
CELL = "requests.new.total"


def spoilt(outcome: Outcome, cell: str, by: Value) -> Outcome:
    """With another value in a cell."""
    assert outcome.report is not None
    table, row, column = cell.split(".")
    values: Mapping[str, Mapping[str, Mapping[str, Value]]] = outcome.report.values
    line = {**values[table][row], column: by}
    changed = {**values, table: {**values[table], row: line}}
    return replace(outcome, report=replace(outcome.report, values=changed))


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return examine(FILE.body(), FILE.file_name)


@pytest.fixture(scope="module")
def line(outcome: Outcome) -> Line:
    return held(FILE, outcome, "report").line


def value(outcome: Outcome) -> Value:
    assert outcome.report is not None
    table, row, column = CELL.split(".")
    return outcome.report.values[table][row][column]


# --- the golden file ------------------------------------------------------------------------


def test_a_tenth_is_read_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", *TENTH])
    assert code == 0, capsys.readouterr().out


def test_every_file_has_a_line_and_none_is_wrong() -> None:
    lines = load(GOLDEN)
    assert [file.name for file in hard_files() if file.name not in lines] == []
    assert [line.file for line in lines.values() if line.wrong] == []


def test_nothing_is_kept_that_differs_elsewhere_or_is_not_ours() -> None:
    lines = load(GOLDEN)
    by_programs = [lines[file.name] for file in hard_files() if file.needs]
    assert len(by_programs) >= 10
    assert {(line.values, line.told, *line.findings, *line.not_right) for line in by_programs} == {
        ("", "")
    }
    shared = [line for line in lines.values() if line.file.startswith("shared/")]
    assert [line.file for line in shared if line.not_right] == []


# --- a check can fail -----------------------------------------------------------------------


def test_a_wrong_figure_is_worse(outcome: Outcome, line: Line) -> None:
    read = value(outcome)
    wrong = held(FILE, spoilt(outcome, CELL, replace(read, value=10**7)), "report")
    assert (wrong.line.right, wrong.line.wrong) == (line.right - 1, 1)
    assert change(line, wrong.line) is Change.WORSE
    assert f"now wrong: {CELL}" in list(differences(line, wrong.line))
    assert "10000000" in str(wrong.differing[0])


def test_a_lost_figure_is_worse_and_its_return_better(outcome: Outcome, line: Line) -> None:
    nothing = Value(kind=Kind.UNREADABLE, raw=value(outcome).raw, at=value(outcome).at)
    lost = held(FILE, spoilt(outcome, CELL, nothing), "report").line
    assert lost.not_right == {"lost": [CELL]}
    assert change(line, lost) is Change.WORSE
    assert change(lost, line) is Change.BETTER


def test_another_place_or_text_is_a_change(outcome: Outcome, line: Line) -> None:
    for other in (replace(value(outcome), at="t9/r9c9"), replace(value(outcome), raw="other")):
        moved = held(FILE, spoilt(outcome, CELL, other), "report").line
        assert change(line, moved) is Change.CHANGED
        assert list(differences(line, moved)) == ["values differ"]


def test_what_else_is_told_is_a_change(outcome: Outcome, line: Line) -> None:
    assert outcome.report is not None
    other = replace(outcome, report=replace(outcome.report, organ="somebody else"))
    told = held(FILE, other, "report").line
    assert change(line, told) is Change.CHANGED
    assert list(differences(line, told)) == ["told otherwise"]


def test_no_report_where_one_was_is_worse(line: Line) -> None:
    none = held(FILE, None, "refused:corrupt").line
    assert (none.right, none.lost) == (0, line.right)
    assert change(line, none) is Change.WORSE
    nothing_right = Line(file="a", outcome="report")
    assert change(nothing_right, replace(nothing_right, outcome="no report")) is Change.WORSE


@pytest.mark.parametrize(
    ("golden", "said"),
    [
        ({"right": 10**4}, f"worse: {FILE.name}\n    right 10000 -> "),
        ({"file": "hard/none.html"}, "gone: hard/none.html"),
    ],
    ids=["worse", "gone"],
)
def test_the_command_fails(
    line: Line,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    golden: Mapping[str, Any],
    said: str,
) -> None:
    save(tmp_path / "golden", [replace(line, **golden)])
    assert main([*FIRST, "--golden", str(tmp_path / "golden")]) == 1
    assert said in capsys.readouterr().out


def test_a_change_fails_where_nothing_may_differ(line: Line, tmp_path: Path) -> None:
    golden = tmp_path / "golden"
    every = [*FIRST, "--golden", str(golden)]
    # The first of the documents beside the checkout is read as well, where they are.
    assert main(["write", *every[1:]]) == 0
    assert main([*every, "--exact"]) == 0
    save(golden, [replace(one, values="") for one in load(golden).values()])
    assert main(every) == 0
    assert main([*every, "--exact"]) == 1


def test_a_wrong_figure_is_never_written(outcome: Outcome, tmp_path: Path) -> None:
    wrong = held(FILE, spoilt(outcome, CELL, replace(value(outcome), value=10**7)), "report")
    golden = tmp_path / "golden"
    assert not write(golden, {}, [wrong])
    assert not golden.exists()


def test_lines_of_files_that_were_not_read_stay(line: Line, tmp_path: Path) -> None:
    golden = tmp_path / "golden"
    other = replace([*load(GOLDEN).values()][7], right=1)
    gone = replace(line, file="hard/none.html")
    assert write(golden, {other.file: other, gone.file: gone}, [Reading(line=line)])
    assert [*load(golden).values()] == [line, other]


# --- documents that are kept -------------------------------------------------------------------


def test_a_document_that_was_kept_is_read_alike(tmp_path: Path) -> None:
    lines = load(GOLDEN)
    refused = next(one for one in hard_files() if lines[one.name].outcome.startswith("refused"))
    fresh = Kept(None)
    for file in (FILE, refused):
        expected = read_known(file, fresh)
        for _ in range(2):
            assert read_known(file, Kept(tmp_path)) == expected
    assert len([*tmp_path.glob("read-*/*.pickle")]) == 2
    assert len([*tmp_path.glob("made-*/*")]) == 2
