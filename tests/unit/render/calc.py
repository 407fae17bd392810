"""LibreOffice Calc, where Debian's `libreoffice-calc` is installed: it comes in parts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

_PROGRAM = shutil.which("soffice")
_CALC = _PROGRAM is not None and (Path(_PROGRAM).resolve().parent / "libsclo.so").exists()

needs_calc = pytest.mark.skipif(
    not _CALC, reason="LibreOffice Calc is not installed: apt install libreoffice-calc"
)
