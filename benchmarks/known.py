"""Files whose figures are known: the hard corpus, and the documents beside the checkout.

The hard corpus is made from its numbers. The documents in `../shared` are real ones and those of
bug reports; they may be read where they lie, and nothing of what they say goes anywhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from samples.hard import HARD_FILES, HardFile
from samples.hard.programs import is_here
from samples.report import Truth
from tasks.detect import detect
from tasks.forms.annual_report import FORM
from tasks.model.refusal import Refusal
from tasks.unpack import unpack

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What is right for a file; none at all where only its outcome is known."""

    figures: Truth
    #: Every figure of these tables is in `figures`.
    whole: bool = True
    #: 0 stands for a blank cell as well.
    zero_may_be_blank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A file to be read and held against what is right."""

    #: `hard/001-html-plain.html`, `shared/cases/…`
    name: str
    body: Callable[[], bytes]
    right: Callable[[], Right]
    #: Made from a number, so that what it says may be written down.
    is_made: bool = True
    #: The program that makes it, "" where none is needed; its bytes change with its versions.
    needs: str = ""

    @property
    def file_name(self) -> str:
        return self.name.rpartition("/")[2]


def hard_files() -> Iterator[Known]:
    """In the order of the corpus, also those whose program is not here."""
    for file in HARD_FILES:
        yield Known(
            name=f"hard/{file.name}",
            body=file.body,
            right=_right_of(file),
            needs=file.shape.needs,
        )


def _right_of(file: HardFile) -> Callable[[], Right]:
    is_report = file.shape.outcome == "report"
    return lambda: Right(figures=file.draft().truth if is_report else {})


def shared_files() -> Iterator[Known]:
    """The samples, those in other formats and the cases; none where the folder is missing."""
    for told in _json(SHARED / "samples/truth.json", default=[]):
        yield _shared(f"samples/{told['file']}", _tables(told))
    for told in _other_formats():
        member = told.get("member")
        file = _shared(f"samples/formats/{told['file']}", _tables(told))
        if member:
            file = replace(file, name=f"{file.name}!{member}", body=partial(_member, file, member))
        yield file
    for path in sorted((SHARED / "cases").glob("*.json")):
        case = _json(path)
        if case.get("file"):
            yield _shared(f"cases/{case['file']}", _of_case(case))


def _shared(name: str, right: Right) -> Known:
    path = SHARED / name
    return Known(name=f"shared/{name}", body=path.read_bytes, right=lambda: right, is_made=False)


def is_left_out(file: Known) -> str:
    """Why a file cannot be read here, "" where it can."""
    return "" if is_here(file.needs) else f"{file.needs} is not here"


# --- what is right beside the checkout ------------------------------------------------------


def _json(path: Path, *, default: Any = None) -> Any:
    if default is not None and not path.exists():
        return default
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def _other_formats() -> list[dict[str, Any]]:
    """What is right for each file, and for each member of an archive."""
    path = SHARED / "samples/formats/index.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line, parse_float=Decimal) for line in lines]


def _member(archive: Known, name: str) -> bytes:
    body = archive.body()
    found = {one.name: one.content for one in unpack(body, detect(body, archive.file_name))}
    content = found[name]
    if isinstance(content, Refusal):
        raise content
    return content


def _tables(told: Mapping[str, Any]) -> Right:
    """Of table -> row -> column -> number."""
    figures: Truth = {
        table: {
            row: {column: ("number", number) for column, number in columns.items()}
            for row, columns in told[table].items()
        }
        for table in FORM.tables
        if table in told
    }
    return Right(figures=figures, zero_may_be_blank=True)


def _of_case(case: Mapping[str, Any]) -> Right:
    """All figures, or those that the case is about; what else it demands, its judge knows."""
    named = case.get("figures") or case.get("said_or_figures")
    numbers = dict[str, Any](case.get("must", {}))
    if named:
        all_of = _json(SHARED / "cases" / named)["figures"]
        numbers = {cell: figure["value"] for cell, figure in all_of.items()} | numbers
    numbers |= {f"requests.{row}.total": n for row, n in case.get("totals", {}).items()}
    figures: Truth = {}
    for cell, number in numbers.items():
        table, row, column = cell.split(".")
        figures.setdefault(table, {}).setdefault(row, {})[column] = ("number", number)
    for table, row in (line.split(".") for line in case.get("absent", ())):
        columns = {
            field.id
            for edition in FORM.of(table)
            for line, field in edition.fields()
            if line.id == row
        }
        figures.setdefault(table, {})[row] = dict.fromkeys(columns, ("absent", None))
    return Right(figures=figures, whole=bool(named), zero_may_be_blank=True)
