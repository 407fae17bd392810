"""What the pages say, in Chinese and in English: `words.toml`. What is said of documents comes
with them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources import files

from workers.cli.language import Said

_TABLES = tomllib.loads(files("workers.site").joinpath("words.toml").read_text(encoding="utf-8"))
WORDS = {name: Said(*said) for name, said in _TABLES["words"].items()}
#: What the script of the inbox says beside each file.
UPLOADS = {name: Said(*said) for name, said in _TABLES["uploads"].items()}
#: Of a document that ended: `failed` there means that our program broke.
VERDICTS = {
    one: WORDS["broken" if one == "failed" else one]
    for one in (
        "error",
        "poor",
        "warning",
        "clean",
        "nothing",
        "batch",
        "refused",
        "failed",
        "pending",
    )
}

Words = Callable[..., str]


def words(language: str) -> Words:
    """`t("found", n=3)` in that language."""

    def said(name: str, **values: object) -> str:
        return WORDS[name].in_(language).format(**values) if values else WORDS[name].in_(language)

    return said
