"""The hard corpus: written out, read by us and by peers, checked by the command.

    python -m benchmarks.corpus write FOLDER       the files and index.json
    python -m benchmarks.corpus compare            cells and figures, ours beside the peers'
    python -m benchmarks.corpus check              each file through `gouji check`, with times

Every command takes --every N (only each Nth file), --formats ofd,xlsx (only these) and
--no-programs (without the files that LibreOffice, Chromium and poppler make; also left out where
these are not installed). Peers that are not installed are named and passed
over: pdfplumber, python-docx, openpyxl and BeautifulSoup come with the project's extras, pandas
does not. Each peer is called as its documentation does it for tables (see `PEERS`), on the same
file, within a minute and 2 GiB; a file that it fails on counts as lost.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Differing, Row, Tally, compare_cells, compare_figures, in_doubt
from samples.hard import HARD_FILES, HardFile
from samples.hard.programs import is_here
from samples.layout import Draft
from samples.style import Lost
from samples.text import traditional
from tasks.flow import examine
from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal
from tasks.model.report import Outcome

SECONDS = 60

# --- the peers ----------------------------------------------------------------------------

Reader = Callable[[bytes], list[Row]]


def pdfplumber_tables(body: bytes) -> list[Row]:
    import pdfplumber

    with pdfplumber.open(BytesIO(body)) as pdf:
        return [row for page in pdf.pages for table in page.extract_tables() for row in table]


def python_docx_tables(body: bytes) -> list[Row]:
    import docx

    tables = docx.Document(BytesIO(body)).tables
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


def openpyxl_rows(body: bytes) -> list[Row]:
    """All rows of all sheets, with the results of formulas; columns with nothing in them left out,
    since a table may begin anywhere."""
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(body), data_only=True)
    found: list[Row] = []
    for sheet in book.worksheets:
        columns = [
            one for one in zip(*sheet.values, strict=True) if any(v is not None for v in one)
        ]
        found += [["" if v is None else str(v) for v in row] for row in zip(*columns, strict=True)]
    return found


def pandas_tables(body: bytes) -> list[Row]:
    import pandas

    rows: list[Row] = []
    for frame in pandas.read_html(BytesIO(body), keep_default_na=False, thousands=None):
        if not isinstance(frame.columns, pandas.RangeIndex):
            names = [name if isinstance(name, tuple) else (name,) for name in frame.columns]
            rows += [[str(text) for text in level] for level in zip(*names, strict=True)]
        rows += [[str(text) for text in row] for row in frame.to_numpy().tolist()]
    return rows


def soup_tables(body: bytes) -> list[Row]:
    """As most scripts do it: rows of cells as they follow one another, spans passed over."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(body, "lxml")
    return [
        [cell.get_text(strip=True) for cell in row.find_all(["td", "th"])]
        for table in soup.find_all("table")
        for row in table.find_all("tr")
    ]


#: format -> name, the package that it needs, the reader
PEERS: dict[Format, tuple[tuple[str, str, Reader], ...]] = {
    Format.PDF: (("pdfplumber extract_tables", "pdfplumber", pdfplumber_tables),),
    Format.DOCX: (("python-docx", "docx", python_docx_tables),),
    Format.HTML: (
        ("pandas.read_html", "pandas", pandas_tables),
        ("BeautifulSoup, rows of cells", "bs4", soup_tables),
    ),
    Format.XLSX: (("openpyxl", "openpyxl", openpyxl_rows),),
}


def _installed(format: Format) -> Iterator[tuple[str, Reader]]:
    for name, package, reader in PEERS.get(format, ()):
        if importlib.util.find_spec(package) is None:
            print(f"{name}: not compared, {package} is not installed", file=sys.stderr)
        else:
            yield name, reader


# --- reading ------------------------------------------------------------------------------


@dataclass(slots=True)
class Result:
    """One file, read by us and by the peers."""

    file: HardFile
    #: What became of it: `report`, `no report`, `refused:<code>`.
    outcome: str
    seconds: float
    figures: Tally = field(default_factory=Tally)
    differing: tuple[Differing, ...] = ()
    #: reader -> cells; empty where the file has lost its rows or columns.
    cells: dict[str, Tally] = field(default_factory=dict)
    failed: tuple[str, ...] = ()


OURS = "gouji"


def read_file(file: HardFile, body: bytes, peers: Sequence[tuple[str, Reader]] = ()) -> Result:
    drafted = file.draft()
    start = time.perf_counter()
    outcome: Outcome | None
    try:
        outcome = examine(body, file.name)
    except Refusal as refusal:
        outcome = None
        said = f"refused:{refusal.code}"
    else:
        said = "report" if outcome.report else "no report"
    seconds = time.perf_counter() - start
    result = Result(file, said, seconds)
    if file.shape.outcome != "report":
        return result
    report, findings = (outcome.report, outcome.findings) if outcome else (None, ())
    result.figures, result.differing = compare_figures(drafted.truth, report, findings)
    if file.same_rows:
        doubted = any(in_doubt(finding) for finding in findings)
        rows = rows_of(outcome.document) if outcome else []
        result.cells[OURS] = _cells(file, drafted, rows, doubted)
        for name, reader in peers:
            rows, failed = _read_by(reader, body)
            result.cells[name] = _cells(file, drafted, rows, doubted=False)
            result.failed += (name,) * failed
    return result


def rows_of(document: Document) -> list[Row]:
    return [
        [None if cell is None else cell.text for cell in row]
        for table in document.tables()
        for row in table.grid()
    ]


def _cells(file: HardFile, drafted: Draft, rows: Sequence[Row], doubted: bool) -> Tally:
    script = Lost.SCRIPT in file.shape.loses and "traditional" in file.shape.hard_for
    return compare_cells(
        drafted.tables,
        rows,
        as_written=traditional if script else str,
        figures_only=Lost.CHARACTERS in file.shape.loses,
        doubted=doubted,
    )


def _read_by(reader: Reader, body: bytes) -> tuple[list[Row], bool]:
    """In a process with limits: one peer gives a cell to each column of a colspan of 10^11."""
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_confined, args=(reader, body, theirs))
    process.start()
    theirs.close()
    try:
        rows = ours.recv() if ours.poll(SECONDS) else None
    except EOFError:
        rows = None
    process.kill()
    process.join()
    return rows or [], rows is None


_FORK = get_context("fork")
_MOST_BYTES = 2 << 30


def _confined(reader: Reader, body: bytes, answer: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    try:
        answer.send([list(row) for row in reader(body)])
    except BaseException:  # noqa: BLE001 - a peer may raise anything
        answer.close()


# --- the commands -------------------------------------------------------------------------


def chosen(
    every: int, *, programs: bool, formats: Collection[Format] = tuple(Format)
) -> list[HardFile]:
    return [
        file
        for file in HARD_FILES[::every]
        if file.shape.format in formats
        and (not file.shape.needs or (programs and is_here(file.shape.needs)))
    ]


def write(folder: Path, files: Sequence[HardFile]) -> None:
    """The files, and what each is hard for. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    index = []
    for file in files:
        (folder / file.name).write_bytes(file.body())
        index.append(_entry(file))
    text = json.dumps(index, ensure_ascii=False, indent=1, default=str)
    (folder / "index.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(files)} files in {folder}")


def _entry(file: HardFile) -> dict[str, Any]:
    drafted = file.draft()
    return {
        "name": file.name,
        "format": file.shape.format,
        "shape": file.shape.name,
        "defects": file.defects,
        "hard_for": file.hard_for,
        "outcome": file.shape.outcome,
        "certain": file.certain,
        "truth": drafted.truth,
        "left_over": drafted.left_over,
    }


def compare(files: Sequence[HardFile], *, each: bool) -> None:
    peers = {format: tuple(_installed(format)) for format in Format}
    results = [read_file(file, file.body(), peers[file.shape.format]) for file in files]
    for format in Format:
        _print_format([one for one in results if one.file.shape.format is format], format)
    _print_outcomes(results)
    _print_differing(results)
    if each:
        _print_each(results)


def _print_format(results: Sequence[Result], format: Format) -> None:
    if not results:
        return
    figures = Tally()
    for one in results:
        figures += one.figures
    print(f"\n{format}: {len(results)} files")
    print(f"{'':<32}{'right':>8}{'wrong':>8}{'doubted':>8}{'lost':>8}{'share':>9}{'failed':>8}")
    _print_line(f"figures, {OURS}", figures, 0)
    for reader in dict.fromkeys(name for one in results for name in one.cells):
        tally = Tally()
        for one in results:
            tally += one.cells.get(reader, Tally())
        _print_line(f"cells, {reader}", tally, sum(reader in one.failed for one in results))


def _print_line(name: str, tally: Tally, failed: int) -> None:
    print(
        f"{name:<32}{tally.right:>8}{tally.wrong:>8}{tally.doubted:>8}{tally.lost:>8}"
        f"{tally.share:>9.2%}{failed:>8}"
    )


def _print_outcomes(results: Sequence[Result]) -> None:
    for one in results:
        if one.outcome != one.file.shape.outcome:
            print(f"{one.file.name}: {one.outcome}, expected {one.file.shape.outcome}")


def _print_differing(results: Sequence[Result]) -> None:
    """Files that we do not read in full: wrong ones first."""
    print("\nnot read in full by us (figures wrong, doubted, lost; cells not right):")
    for one in sorted(results, key=lambda one: (-one.figures.wrong, -one.figures.doubted)):
        cells = one.cells.get(OURS, Tally())
        missed = cells.total - cells.right
        if one.differing or missed:
            figures = one.figures
            print(
                f"{figures.wrong:>4}{figures.doubted:>4}{figures.lost:>4}{missed:>5}  "
                f"{one.file.name}: {one.file.hard_for}"
            )


def _print_each(results: Sequence[Result]) -> None:
    print("\nshare of cells right:")
    for one in results:
        shares = ", ".join(f"{name} {tally.share:.0%}" for name, tally in one.cells.items())
        print(f"{one.file.name}: {one.file.hard_for}: {shares or 'no cells to hold it to'}")


def check(files: Sequence[HardFile]) -> bool:
    """Each file through the installed command: no trace, no hang, an envelope each."""
    times, broken = list[tuple[float, str]](), list[str]()
    with TemporaryDirectory() as scratch:
        for file in files:
            path = Path(scratch) / file.name
            path.write_bytes(file.body())
            start = time.perf_counter()
            fault = _fault(path)
            times.append((time.perf_counter() - start, file.name))
            broken += [f"{file.name}: {fault}"] if fault else []
    print(
        f"{len(files)} files, {len(broken)} at fault; the slowest, start of the program included:"
    )
    for seconds, name in sorted(times, reverse=True)[:8]:
        print(f"{seconds:8.1f} s  {name}")
    print(*broken, sep="\n")
    return not broken


def _fault(path: Path) -> str:
    command = [sys.executable, "-m", "workers.cli", "check", "--json", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"took over {SECONDS} s"
    if "Traceback" in done.stderr or done.returncode not in (0, 1, 2):
        return f"exit code {done.returncode}: {done.stderr[-300:]}"
    lines = list(StringIO(done.stdout))
    if len(lines) != 1 or json.loads(lines[0])["status"] not in ("done", "refused"):
        return f"printed {done.stdout[:200]!r}"
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus")
    parser.add_argument("command", choices=("write", "compare", "check"))
    parser.add_argument("folder", type=Path, nargs="?", help="where `write` writes")
    parser.add_argument("--every", type=int, default=1, help="only each Nth file (1)")
    parser.add_argument("--formats", default=",".join(Format), help="with commas between (all)")
    parser.add_argument(
        "--no-programs", action="store_true", help="nothing by LibreOffice, Chromium, poppler"
    )
    parser.add_argument("--each", action="store_true", help="`compare` tells of each file")
    given = parser.parse_args()
    formats = [Format(name) for name in given.formats.split(",")]
    files = chosen(given.every, programs=not given.no_programs, formats=formats)
    if given.command == "write":
        if given.folder is None:
            parser.error("write needs a folder")
        write(given.folder, files)
    elif given.command == "compare":
        compare(files, each=given.each)
    elif not check(files):
        sys.exit(1)


if __name__ == "__main__":
    main()
