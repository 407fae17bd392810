"""The tests of the command read its English, unless they choose another language."""

from __future__ import annotations

import pytest

from workers.cli.language import Language, speak


@pytest.fixture(autouse=True)
def speaks_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_LANG", "en")
    speak(Language.EN)
