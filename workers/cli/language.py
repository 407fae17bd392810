"""In which language a command speaks, and what is said in both.

`--lang` decides, else GOUJI_LANG, else the locale; Chinese where none of them says English.
Findings and refusals bring both languages with them; what the commands themselves say is a
pair (`Said`), and the one of them that is printed is chosen where it leaves the program.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from enum import StrEnum
from typing import NamedTuple

from workers.cli.harmless import harmless

VARIABLE = "GOUJI_LANG"
OPTION = "--lang"
#: In the order in which a locale is looked for.
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


class Said(NamedTuple):
    """One thing in both languages."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == Language.EN else self.zh

    def __str__(self) -> str:
        return self.in_(spoken())


_SPOKEN: ContextVar[Language] = ContextVar("language", default=Language.ZH)


def spoken() -> Language:
    """The language of the command line that runs now."""
    return _SPOKEN.get()


def speak(language: Language) -> None:
    _SPOKEN.set(language)


def chosen(arguments: Sequence[str], environ: Mapping[str, str]) -> Language:
    """What is no language is passed over here: the command line and the settings complain."""
    said = _option(arguments) or environ.get(VARIABLE, "")
    if said in (Language.ZH, Language.EN):
        return Language(said)
    locale = next((environ[name] for name in _LOCALE if environ.get(name)), "")
    return Language.EN if locale.startswith("en") else Language.ZH


def _option(arguments: Sequence[str]) -> str | None:
    """The value of the last `--lang`, before a `--` that ends the options."""
    found = None
    for number, word in enumerate(arguments):
        if word == "--":
            break
        name, sign, value = word.partition("=")
        if name == OPTION:
            found = value if sign else next(iter(arguments[number + 1 :]), None)
    return found


def tell(line: Said | str) -> None:
    """One line of talk."""
    print(f"gouji: {harmless(str(line))}", file=sys.stderr, flush=True)
