"""In which language a command speaks, and what is said in both.

`--lang` decides, else GOUJI_LANG, else the locale; Chinese where none of them says English.
Findings and refusals bring both languages with them; what the commands themselves say is a
pair (`Said`), and the one of them that is printed is chosen where it leaves the program.
"""

from __future__ import annotations

import errno
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


#: What a machine calls the reason -> the same in Chinese.
_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EFBIG: "文件超过允许的大小",
    errno.EDQUOT: "磁盘配额已用完",
    errno.ENAMETOOLONG: "名称过长",
    errno.ELOOP: "链接循环",
    errno.EIO: "读写出错",
    errno.EADDRINUSE: "已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


def reason(error: OSError) -> Said:
    """Why the machine would not."""
    said = error.strerror or str(error)
    return Said(_REASONS.get(error.errno or 0, said), said)


def tell(line: Said | str) -> None:
    """One line of talk."""
    print(f"gouji: {harmless(str(line))}", file=sys.stderr, flush=True)
