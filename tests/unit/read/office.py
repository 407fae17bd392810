"""LibreOffice, where Debian's `libreoffice-writer` or `-calc` is installed: it comes in parts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from samples.docx import DOCX_STYLES
from samples.report import make_report
from samples.styles import render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import Kind

_PROGRAM = shutil.which("soffice")
_WRITER = _PROGRAM is not None and (Path(_PROGRAM).resolve().parent / "libswlo.so").exists()

needs_writer = pytest.mark.skipif(
    not _WRITER, reason="LibreOffice Writer is not installed: apt install libreoffice-writer"
)

_CALC = _PROGRAM is not None and (Path(_PROGRAM).resolve().parent / "libsclo.so").exists()

needs_calc = pytest.mark.skipif(
    not _CALC, reason="LibreOffice Calc is not installed: apt install libreoffice-calc"
)

#: Field -> its figure and kind.
Figures = dict[tuple[str, str, str], tuple[object, Kind]]


def converted_docx(suffix: str, folder: Path) -> Iterator[tuple[str, Figures, Figures]]:
    """Each style of DOCX: its name, the figures in it, and those in what Writer makes of it."""
    report = make_report(7, year=2023, editions={"disclosure": "2021", "requests": "2021"})
    for name in DOCX_STYLES:
        (folder / f"{name}.docx").write_bytes(render(report, Format.DOCX, name, 3))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    documents = sorted(map(str, folder.glob("*.docx")))
    command = [_PROGRAM, profile, "--headless", "--convert-to", suffix, "--outdir", str(folder)]
    subprocess.run([*command, *documents], check=True, capture_output=True)
    for name in DOCX_STYLES:
        given, made = (folder / f"{name}.{one}" for one in ("docx", suffix))
        yield name, _figures(given), _figures(made)


def _figures(path: Path) -> Figures:
    report = examine(path.read_bytes(), path.name).report
    assert report is not None
    return {
        (table, line, column): (value.value, value.kind)
        for table, lines in report.values.items()
        for line, columns in lines.items()
        for column, value in columns.items()
    }
