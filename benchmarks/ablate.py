"""What each step of recognising, and of finding tables in PDFs, is good for: done without it.

    python -m benchmarks.ablate            a table in Markdown, of all files
    python -m benchmarks.ablate --write    the same into docs/steps.md
    python -m benchmarks.ablate restore    only steps with this in their address; with --write the
                                           other lines of the page stay as they are

Every known file (`benchmarks.known`) is read with all steps, then without each one that does
something in it, and held against what is right. `STEPS` is the table of the steps; a new one is a
line more, and one that has gone is named as such. --every N, --documents FOLDER and --processes N
are those of `benchmarks.vector`; files that programs make are left out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from benchmarks.kept import Kept
from benchmarks.known import ROOT, Known
from benchmarks.questions import Questions, counted
from benchmarks.steps import Step, UnknownStep, in_place_of, step_at
from benchmarks.vector import Line, chosen, held, known
from tasks.flow import conclude
from tasks.model.document import Document
from tasks.model.refusal import Refusal

PAGE: Final = ROOT / "docs/steps.md"
BEGIN: Final = "<!-- steps: written by `python -m benchmarks.ablate --write` -->"
END: Final = "<!-- end of steps -->"

# --- which steps, and what stands in their place --------------------------------------------


@dataclass(frozen=True, slots=True)
class Instead:
    """What stands in the place of a step: for people, and as a function of its arguments."""

    says: str
    gives: Callable[..., Any]


def _listed(given: Any) -> Any:
    return list(given) if isinstance(given, Iterator) else given


FIRST: Final = Instead("its first argument", lambda first, *_, **__: _listed(first))
SECOND: Final = Instead("its second argument", lambda first, second, *_, **__: _listed(second))
NOTHING: Final = Instead("nothing", lambda *_, **__: None)
NO_ROWS: Final = Instead("no rows", lambda *_, **__: set())
NO_FIELDS: Final = Instead("no fields", lambda *_, **__: {})
NO: Final = Instead("no", lambda *_, **__: False)


@dataclass(frozen=True, slots=True)
class Without:
    """A step to do without."""

    address: str
    instead: Instead
    #: It changes its arguments, so that what it gives does not show whether it did anything.
    in_place: bool = False

    @property
    def is_of_reading(self) -> bool:
        return self.address.startswith("tasks.read.")


#: In the order of the rooms.
STEPS: Final[tuple[Without, ...]] = (
    Without("tasks.read.pdf.ink:with_ghosts_told", SECOND),
    Without("tasks.read.pdf.leaves:parted", Instead("one sheet", lambda sheet: [sheet])),
    Without("tasks.read.pdf.marked:find_marks", Instead("no marks", lambda *_: {})),
    Without(
        "tasks.read.pdf.marked:find_struck",
        Instead("no struck letters, all lines", lambda letters, rules: (set(), [*rules])),
    ),
    Without("tasks.read.pdf.shaded:shades_to_rules", Instead("no lines", lambda *_: ([], []))),
    Without("tasks.read.pdf.ruled:_with_open_sides_joined", FIRST),
    Without(
        "tasks.read.pdf.ruled:_without_stubs",
        Instead("its arguments", lambda piece, ys: (piece, ys)),
    ),
    Without("tasks.read.pdf.partly:complete", FIRST),
    Without(
        "tasks.read.pdf.aligned:find_aligned",
        Instead("no tables, all rows", lambda sheet, rows, *_: ([], [*rows])),
    ),
    Without("tasks.read.pdf.white:_without_false_strips", SECOND),
    Without(
        "tasks.read.pdf.white:with_strips_of_heads",
        Instead("its third argument", lambda heads, body, strips: [*strips]),
    ),
    Without("tasks.read.pdf.joined:join_pieces", NOTHING),
    Without("tasks.read.pdf.beside:join_beside", NOTHING),
    Without("tasks.says.spaces:without_lost_spaces", FIRST),
    Without("tasks.recognise.mend:_uncounted", FIRST),
    Without("tasks.recognise.mend:_once", FIRST),
    Without("tasks.recognise.mend:_in_place", FIRST),
    Without("tasks.recognise.text:unfold", FIRST),
    Without("tasks.recognise.text:_with_rows_apart", FIRST),
    Without("tasks.recognise.mend:with_gathered_rows", FIRST),
    Without("tasks.recognise.page:with_table", NOTHING),
    Without("tasks.recognise.page:side_of", NOTHING),
    Without("tasks.recognise.page:_on_its_side", NOTHING),
    Without("tasks.recognise.page:_with_lost_labels", SECOND),
    Without("tasks.recognise.page:_without_titles", FIRST),
    Without("tasks.recognise.areas:_same_again", SECOND),
    Without("tasks.recognise.whole:_with_parts_joined", FIRST),
    Without(
        "tasks.recognise.whole:_put_back",
        Instead("the mark by itself", lambda mark, texts: texts.append(mark)),
        in_place=True,
    ),
    Without("tasks.recognise.text:restore", FIRST),
    Without("tasks.recognise.lines:_with_bare_changes", FIRST),
    Without("tasks.recognise.lines:_with_numbers_joined", FIRST),
    Without("tasks.recognise.pieces:_with_heads_of_a_page", FIRST),
    Without("tasks.recognise.pieces:_with_halves_joined", FIRST),
    Without("tasks.recognise.pieces:_in_succession", FIRST),
    Without("tasks.recognise.pieces:_around_figures", FIRST),
    Without("tasks.recognise.pieces:with_whole_heads", FIRST),
    Without("tasks.recognise.text:_torn_apart", NO_ROWS),
    Without("tasks.recognise.text:_shifted", NO_ROWS),
    Without("tasks.recognise.spacing:with_sure_blanks", FIRST),
    Without("tasks.recognise.spacing:with_empty_lines", NOTHING),
    Without("tasks.recognise.spacing:with_laid_blanks", FIRST),
    Without("tasks.recognise.spacing:with_lines_between", NOTHING),
    Without("tasks.recognise.spacing:laid_under", SECOND),
    Without(
        "tasks.recognise.rows:copies",
        Instead("all segments as one", lambda table, segments: [[*segments]]),
    ),
    Without("tasks.recognise.columns:_moved_over", NOTHING),
    Without("tasks.recognise.columns:own_columns", Instead("no columns", lambda *_: {})),
    Without("tasks.recognise.order:totals_tell", NO),
    Without("tasks.recognise.order:ends_in_doubt", NO),
    Without("tasks.recognise.order:are_one", NO),
    Without("tasks.recognise.order:_torn", NO_ROWS),
    Without("tasks.recognise.place:_doubted", FIRST),
    Without("tasks.recognise.place:_lost_spots", NO_FIELDS),
    Without(
        "tasks.recognise.place:compared",
        Instead("the first reading", lambda readings: readings[0]),
    ),
    Without("tasks.recognise.infer:infer", NO_FIELDS),
    Without("tasks.recognise.values:_torn_line", NOTHING),
    Without("tasks.recognise:_scanned", Instead("no value", lambda *_: lambda value: False)),
)


def named(parts: Sequence[str], among: Sequence[Without] = STEPS) -> list[Without]:
    """The steps with one of these in their address, all where none is given. Raises
    `UnknownStep` for one that is not there, or no longer."""
    steps = [one for one in among if not parts or any(part in one.address for part in parts)]
    for one in steps:
        step_at(one.address)
    return steps


# --- one file -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What was read of a file in one way, and how many label questions were asked for it."""

    line: Line
    questions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One file: as it is read, and without each step that is called for it."""

    whole: Try
    without: Mapping[str, Try]
    #: The steps that do something in it.
    acting: frozenset[str]


def try_file(file: Known, steps: Sequence[Without], kept: Kept) -> Tried:
    """Without a step that gave nothing but what stands in its place the same would be read, as
    all rooms are pure, and what was asked in it would not be asked: that is not tried."""
    body = kept.body(file)
    fresh = Kept(None)

    def document_for(*steps: Without) -> Callable[[], Document]:
        reader = fresh if any(one.is_of_reading for one in steps) else kept
        return partial(reader.document, body, file.file_name)

    watched = {one.address: _Watched() for one in steps}
    with counted() as asked, ExitStack() as stack:
        for one in steps:
            watching = _watching(one, watched[one.address], asked)
            stack.enter_context(in_place_of(one.address, watching))
        line = _line(file, document_for(*steps))
    whole = Try(line=line, questions=asked.labels)
    without = dict[str, Try]()
    for one in steps:
        seen = watched[one.address]
        if seen.acts:
            without[one.address] = _try_without(one, file, document_for(one))
        elif seen.called:
            without[one.address] = replace(whole, questions=whole.questions - seen.questions)
    acting = {
        one.address
        for one in steps
        if watched[one.address].acts and not (one.in_place and without[one.address].line == line)
    }
    return Tried(whole=whole, without=without, acting=frozenset(acting))


@dataclass(slots=True)
class _Watched:
    """What was seen of a step in one file."""

    called: bool = False
    #: It gave something else than what would stand in its place, or may have done something.
    acts: bool = False
    #: Label questions that were asked in it.
    questions: int = 0


def _watching(one: Without, seen: _Watched, asked: Questions) -> Callable[[Step], Step]:
    def make(step: Step) -> Step:
        def watched(*given: Any, **named: Any) -> Any:
            before = asked.labels
            given = tuple(_listed(one) for one in given)
            made = step(*given, **named)
            seen.called = True
            seen.questions += asked.labels - before
            seen.acts |= one.in_place or not _alike(made, one.instead.gives(*given, **named))
            return made

        return watched

    return make


def _alike(made: object, given: object) -> bool:
    """A list and a tuple of the same are alike."""
    if isinstance(made, list | tuple) and isinstance(given, list | tuple):
        return [*made] == [*given]
    return bool(made == given)


def _try_without(one: Without, file: Known, read: Callable[[], Document]) -> Try:
    with counted() as asked, in_place_of(one.address, lambda step: one.instead.gives):
        line = _line(file, read)
    return Try(line=line, questions=asked.labels)


def _line(file: Known, read: Callable[[], Document]) -> Line:
    try:
        outcome = conclude(read())
    except Refusal as refusal:
        return held(file, None, f"refused:{refusal.code}").line
    except Exception as error:  # noqa: BLE001 - a step that others rest on may break them
        return held(file, None, f"{BROKE}{type(error).__name__}").line
    return held(file, outcome, "report" if outcome.report else "no report").line


BROKE: Final = "broke:"

# --- all files ------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Effect:
    """What came of doing without a step, over all files."""

    #: Files in which it does something; those that are read otherwise without it; those that
    #: are not read at all.
    acts: int = 0
    differ: int = 0
    broke: int = 0
    #: Figures that are no longer right; that are right only now; that are wrong, doubted now.
    lost: int = 0
    gained: int = 0
    wrong: int = 0
    doubted: int = 0
    #: Label questions more, or fewer.
    questions: int = 0

    def add(self, whole: Try, without: Try, *, acts: bool) -> None:
        before, now = whole.line, without.line
        self.acts += acts
        self.differ += before != now
        self.broke += now.outcome.startswith(BROKE)
        self.lost += max(0, before.right - now.right)
        self.gained += max(0, now.right - before.right)
        self.wrong += now.wrong - before.wrong
        self.doubted += now.doubted - before.doubted
        self.questions += without.questions - whole.questions


@dataclass(slots=True, kw_only=True)
class Effects:
    files: int = 0
    right: int = 0
    questions: int = 0
    steps: dict[str, Effect] = field(default_factory=dict)


def _try_by_name(name: str, addresses: Sequence[str], folder: Path | None) -> Tried:
    """For another process, to which neither files nor steps can be sent."""
    steps = [one for one in STEPS if one.address in addresses]
    return try_file(known()[name], steps, Kept(folder))


def try_all(
    files: Sequence[Known], steps: Sequence[Without], *, folder: Path | None, processes: int
) -> Iterator[Tried]:
    addresses = [one.address for one in steps]
    attempt: Callable[[str], Tried] = partial(_try_by_name, addresses=addresses, folder=folder)
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        yield from pool.map(attempt, [file.name for file in files])


def summed(tried: Iterable[Tried], steps: Sequence[Without]) -> Effects:
    effects = Effects(steps={one.address: Effect() for one in steps})
    for one in tried:
        effects.files += 1
        effects.right += one.whole.line.right
        effects.questions += one.whole.questions
        for address, without in one.without.items():
            effects.steps[address].add(one.whole, without, acts=address in one.acting)
    return effects


# --- the page -------------------------------------------------------------------------------

_HEADS: Final = (
    "step", "in its place", "acts in", "differ", "broke",
    "lost", "gained", "wrong", "doubted", "label questions",
)  # fmt: skip


def row(one: Without, effect: Effect) -> str:
    counts = (
        effect.acts, effect.differ, effect.broke,
        effect.lost, effect.gained, effect.wrong, effect.doubted,
    )  # fmt: skip
    cells = (f"`{one.address.removeprefix('tasks.')}`", one.instead.says)
    asked = f"{effect.questions:+,}" if effect.questions else "0"
    return "| " + " | ".join((*cells, *(f"{count:,}" for count in counts), asked)) + " |"


def table(rows: Iterable[str]) -> str:
    heads = " | ".join(_HEADS)
    rules = " | ".join("---" if place < 2 else "---:" for place in range(len(_HEADS)))
    return "\n".join((f"| {heads} |", f"| {rules} |", *rows))


def rows_of(page: str) -> dict[str, str]:
    """Address -> its line."""
    inside = page.partition(BEGIN)[2].partition(END)[0]
    lines = (line for line in inside.splitlines() if line.startswith("| `"))
    return {f"tasks.{line.split('`')[1]}": line for line in lines}


def page_with(page: str, rows: Mapping[str, str], said: str) -> str:
    """The lines in the order of the steps; those that are not told again stay."""
    lines = {**rows_of(page), **rows}
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    body = table(lines[one.address] for one in STEPS if one.address in lines)
    return f"{before}{BEGIN}\n{said}\n\n{body}\n{END}{after}"


def said_of(effects: Effects) -> str:
    return (
        f"{effects.files} files; with all steps {effects.right:,} figures are right and"
        f" {effects.questions:,} label questions are asked."
    )


def main(arguments: Sequence[str] | None = None, among: Sequence[Without] = STEPS) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablate")
    parser.add_argument("steps", nargs="*", help="parts of addresses; none: all steps")
    parser.add_argument("--write", action="store_true", help="into docs/steps.md")
    parser.add_argument("--every", type=int, default=1, help="only each Nth file (1)")
    parser.add_argument("--documents", type=Path, help="keeps bodies and documents here")
    parser.add_argument("--processes", type=int, default=1, help="so many at once (1)")
    given = parser.parse_args(arguments)
    try:
        steps = named(given.steps, among)
    except UnknownStep as error:
        print(f"{error} (the table of steps is in benchmarks/ablate.py)", file=sys.stderr)
        return 1
    files = chosen(given.every, programs=False)
    tried = try_all(files, steps, folder=given.documents, processes=given.processes)
    effects = summed(tried, steps)
    rows = {one.address: row(one, effects.steps[one.address]) for one in steps}
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(page_with(page, rows, said_of(effects)), encoding="utf-8")
        print(f"{len(rows)} steps written to {PAGE}")
    else:
        print(said_of(effects), table(rows.values()), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
