"""LibreOffice, where Debian's `libreoffice-writer` or `-calc` is installed: it comes in parts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

_PROGRAM = shutil.which("soffice")
_WRITER = _PROGRAM is not None and (Path(_PROGRAM).resolve().parent / "libswlo.so").exists()

needs_writer = pytest.mark.skipif(
    not _WRITER, reason="LibreOffice Writer is not installed: apt install libreoffice-writer"
)

_CALC = _PROGRAM is not None and (Path(_PROGRAM).resolve().parent / "libsclo.so").exists()

needs_calc = pytest.mark.skipif(
    not _CALC, reason="LibreOffice Calc is not installed: apt install libreoffice-calc"
)
