"""What `--help` prints of a command, in the language that is spoken.

The English words stand with the commands (`commands.py`), the Chinese ones in `chinese.py`;
lines are folded by what a terminal shows, where a Chinese character takes two columns.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from typing import Any

from tasks.model.document import Format
from workers.cli import chinese
from workers.cli.columns import folded, padded, terminal_width, width
from workers.cli.language import Language, Said, spoken

#: A context, a command, a parameter of the library, whose classes are its own affair.
Context = Any
Command = Any
Parameter = Any

_USAGE = Said("用法：gouji {} {}", "Usage: gouji {} {}")
_ARGUMENTS = Said("参数：", "Arguments:")
_OPTIONS = Said("选项：", "Options:")
_COMMANDS = Said("命令：", "Commands:")
_EXAMPLE = Said("示例：  {}", "Example:  {}")
_COMMAND = Said("命令 …", "COMMAND …")
_MAY_HAVE_OPTIONS = Said("[选项]", "[OPTIONS]")
_REQUIRED = Said("（必填）", "  [required]")
_DEFAULT = Said("（默认 {}）", "  [default: {}]")
_GAP = 2
#: What is explained begins no farther to the right than this.
_FARTHEST = 30


def explained(command: Command, ctx: Context) -> str:
    """Its help page."""
    return "\n".join(_explained(command, ctx))


def _explained(command: Command, ctx: Context) -> Iterator[str]:
    shown = [one for one in command.get_params(ctx) if not getattr(one, "hidden", False)]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    options = [one for one in shown if one not in arguments]
    verbs = getattr(command, "commands", {})
    name = command.name if command.name in chinese.COMMANDS else ""
    yield from _usage(name, arguments, is_group=bool(verbs))
    yield from _paragraphs(_help_of(command))
    yield from _section(_ARGUMENTS, [(one.metavar, _words(name, one)) for one in arguments])
    yield from _section(_OPTIONS, [(_option(one), _words(name, one)) for one in options])
    yield from _section(_COMMANDS, [(v, _first(_help_of(one))) for v, one in verbs.items()])
    if command.epilog:
        yield ""
        yield "  " + str(_EXAMPLE).format(command.epilog)


def _usage(name: str, arguments: Sequence[Parameter], *, is_group: bool) -> list[str]:
    pieces = [str(_MAY_HAVE_OPTIONS), *(_taken(one) for one in arguments)]
    pieces += [str(_COMMAND)] if is_group else []
    usage = str(_USAGE).format(name, " ".join(pieces))
    return folded(" ".join(usage.split()), terminal_width())


def _taken(argument: Parameter) -> str:
    """`FILE…` where several are taken."""
    return f"{argument.metavar}…" if argument.nargs == -1 else str(argument.metavar)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        yield ""
        for line in _lines(paragraph):
            yield from folded("  " + line, terminal_width(), "  ")


def _help_of(command: Command) -> str:
    if spoken() is Language.EN:
        return str(command.help)
    if getattr(command, "commands", None):
        return chinese.GOUJI.help
    words = chinese.COMMANDS.get(command.name)
    return words.help if words else str(command.help)


def _lines(paragraph: str) -> list[str]:
    """English lines run on; Chinese ones, which have no blanks between words, stay as they are."""
    return paragraph.splitlines() if not paragraph.isascii() else [" ".join(paragraph.split())]


def _first(text: str) -> str:
    """The first sentence, without its stop."""
    return re.split(r"。|\.(?:\s|$)", text, maxsplit=1)[0].replace("\n", " ")


def _words(command: str, one: Parameter) -> str:
    """What the option or argument is for."""
    said = str(one.help or "")
    if spoken() is Language.ZH:
        words = chinese.COMMANDS[command] if command else chinese.GOUJI
        called = "help" if "--help" in one.opts else one.name
        said = words.parameters.get(called) or chinese.EVERYWHERE.get(called) or said
    if one.required:
        return said + str(_REQUIRED)
    default = one.to_info_dict()["default"]
    shown = default not in (None, False, "") and one.param_type_name == "option"
    return said + (str(_DEFAULT).format(_plain(default)) if shown else "")


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _option(one: Parameter) -> str:
    """`--queue light|pdf`, `-h, --help`."""
    names = ", ".join(sorted(one.opts, key=len))
    if getattr(one, "is_flag", False):
        return names
    kind = _CHOICES.get(one.name) or one.metavar or one.name.upper()
    return f"{names} {kind}"


#: Options with few values: these are shown.
_CHOICES = {
    "lang": "zh|en",
    "queue": "light|pdf|ocr",
    "format_": "|".join(Format),
    "role": "viewer|reviewer",
    "verdict": "error|poor|warning|clean",
}


def _section(title: Said, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield str(title)
    first = min(max(width(name) for name, _ in rows), _FARTHEST) + _GAP
    for name, words in rows:
        indent = " " * (first + _GAP)
        lines = folded(indent + words, terminal_width(), indent)
        if width(name) + _GAP <= first:
            yield "  " + padded(name, first) + lines[0][len(indent) :]
            yield from lines[1:]
        else:
            yield "  " + name
            yield from lines
