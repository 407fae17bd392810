"""The tests of the command read its English, unless they choose another language."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def speaks_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_LANG", "en")
