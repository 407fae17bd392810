"""A program that reads documents and answers with the processor time that each took.

It runs by itself, in our environment or in that of the peers, so it imports nothing at its start
but the standard library. A line of JSON in, a line out:

    {"do": "gouji", "path": "…/3.html"} -> {"seconds": [0.031, 0.012], "peak_kib": [84120, 84300]}
                                        or {"failed": "ValueError"}

A number for each step: the time of all threads of this process, and the most memory so far. Each
peer is called as its documentation does it, at its defaults; what loading it costs falls on the
documents that warm it up.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

#: Reads a document; what it does between two `yield`s is timed together.
Steps = Iterator[None]
SOURCE = {"name": "report", "size": 0, "sha256": "0" * 64}
#: Functions of a profile that are told.
MOST_FUNCTIONS = 10

# --- ours -----------------------------------------------------------------------------------


def gouji(body: bytes, name: str) -> Steps:
    """The envelope, then the outputs for people."""
    from tasks.flow import examine
    from tasks.render.outputs import outputs
    from tasks.render.result import done, dumps

    envelope = done(SOURCE, examine(body, name))
    dumps(envelope)
    yield
    outputs(envelope)
    yield


def rooms(body: bytes, name: str) -> Steps:
    """The same as far as the envelope, room by room."""
    from tasks.check import check
    from tasks.detect import detect
    from tasks.model.report import Finding, Outcome
    from tasks.read import read
    from tasks.recognise import recognise
    from tasks.render.result import done, dumps

    detected = detect(body, name)
    yield
    read_document = read(body, detected)
    yield
    document, report, doubts = recognise(read_document)
    yield
    findings: tuple[Finding, ...] = ()
    if report is not None:
        report, findings = check(document, report)
    yield
    outcome = Outcome(document=document, report=report, findings=(*doubts, *findings))
    dumps(done(SOURCE, outcome))
    yield


# --- the peers ------------------------------------------------------------------------------

MEDIA_TYPES = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
    "pdf": "application/pdf",
}


def kreuzberg(body: bytes, name: str) -> Steps:
    from kreuzberg import extract_bytes_sync

    extract_bytes_sync(body, MEDIA_TYPES[name.rpartition(".")[2]])
    yield


def pandas(body: bytes, name: str) -> Steps:
    from pandas import read_html

    read_html(BytesIO(body))
    yield


def python_docx(body: bytes, name: str) -> Steps:
    """All cells of all tables, and all paragraphs."""
    from docx import Document

    document = Document(BytesIO(body))
    [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    [paragraph.text for paragraph in document.paragraphs]
    yield


def pdfplumber(body: bytes, name: str) -> Steps:
    import pdfplumber as library

    with library.open(BytesIO(body)) as pdf:
        [page.extract_tables() for page in pdf.pages]
    yield


def tablers(body: bytes, name: str) -> Steps:
    from tablers import Document, find_tables

    with Document(bytes=body) as document:
        for page in document.pages():
            [table.cells for table in find_tables(page, extract_text=True)]
    yield


READERS: dict[str, Callable[[bytes, str], Steps]] = {
    "gouji": gouji,
    "rooms": rooms,
    "kreuzberg": kreuzberg,
    "pandas": pandas,
    "python-docx": python_docx,
    "pdfplumber": pdfplumber,
    "tablers": tablers,
}

# --- the answers ----------------------------------------------------------------------------


def measured(steps: Steps) -> dict[str, Any]:
    """Of each step: seconds of the processor, and the peak of memory at its end."""
    seconds, peaks = [], []
    began = time.process_time()
    for _ in steps:
        seconds.append(time.process_time() - began)
        peaks.append(peak_kib())
        began = time.process_time()
    return {"seconds": seconds, "peak_kib": peaks}


def profiled(body: bytes, name: str) -> list[tuple[float, int, str]]:
    """Share of the time, calls and address of the functions that take most in themselves."""
    from cProfile import Profile
    from pstats import Stats

    profile = Profile(time.process_time)
    profile.runcall(lambda: [*rooms(body, name)])
    # What was measured, by (file, line, name): calls, of these not recursive, own time, time.
    functions: dict[tuple[str, int, str], Any] = Stats(profile).stats  # type: ignore[attr-defined]
    whole = sum(row[2] for row in functions.values())
    most = sorted(functions.items(), key=lambda item: item[1][2], reverse=True)[:MOST_FUNCTIONS]
    return [(row[2] / whole, row[1], _address(*function)) for function, row in most]


def _address(file: str, line: int, function: str) -> str:
    """`tasks/read/grid.py:31 row`: the end of the path, without where this machine keeps it."""
    if file == "~":  # of a function in C
        return function
    parts = Path(file).parts
    ours = [at for at, part in enumerate(parts) if part in ("tasks", "site-packages")]
    return f"{'/'.join(parts[ours[-1] if ours else -1 :])}:{line} {function}"


def peak_kib() -> int:
    """The most memory that this process had; `ru_maxrss` would also count its parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def answer(asked: dict[str, str]) -> dict[str, Any]:
    path = Path(asked["path"])
    body = path.read_bytes()
    try:
        if asked["do"] == "profile":
            return {"profile": profiled(body, path.name)}
        return measured(READERS[asked["do"]](body, path.name))
    except Exception as error:  # noqa: BLE001 - a peer may raise anything
        return {"failed": type(error).__name__}


def main() -> None:
    # What the programs print themselves is no answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=answers)
        answers.flush()


if __name__ == "__main__":
    main()
