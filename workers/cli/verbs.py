"""How the verbs of `gouji` are declared: what each takes, and what all of them have in common.

Stands on click. What a verb says about itself is put together when somebody asks (`help.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workers.cli.language import OPTION, Language
from workers.cli.stop import CLOSED

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: The function of a verb; what adds an argument or an option to it.
Body = Callable[..., Any]
Taken = Callable[[Body], Body]


class Verb(click.Command):
    """A command that explains itself in the language spoken."""

    def get_help(self, ctx: click.Context) -> str:
        from workers.cli.help import explained

        return explained(self, ctx)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # `gouji list | head`; click itself would leave with 1, which means findings.
            raise click.exceptions.Exit(CLOSED) from None


class Verbs(click.Group):
    """All commands together, likewise."""

    def get_help(self, ctx: click.Context) -> str:
        from workers.cli.help import explained

        return explained(self, ctx)

    def verb(self, example: str, name: str | None = None) -> Callable[[Body], click.Command]:
        """A command with its example, and with `--lang`."""

        def declare(body: Body) -> click.Command:
            # A command keeps the names of its help from the first context it has, also one
            # without that of `gouji` above.
            settings = self.context_settings
            made = self.command(name, cls=Verb, epilog=example, context_settings=settings)(body)
            made.params.append(in_language())
            return made

        return declare

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As they are declared."""
        return list(self.commands)


class Seconds(click.ParamType[Any, float]):
    """A number that is no less than `least`."""

    name = "float"

    def __init__(self, least: float) -> None:
        self.least = least

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = float(click.FLOAT.convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value!r} is not a valid float.", param, ctx)
        if seconds < self.least:
            self.fail(f"{value} is less than {self.least:g}.", param, ctx)
        return seconds


class Name(click.ParamType[str, str]):
    """Of a file or a folder, as it is given: the verb itself looks whether it is there."""

    name = "path"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


def arguments(name: str, **told: Any) -> Taken:
    """One at least."""
    return click.argument(name, nargs=-1, required=True, **told)


def options(*names: str, help: str, **kind: Any) -> Taken:
    """Several times; none gives an empty tuple."""
    return click.option(*names, help=help, multiple=True, **kind)


def flag(*names: str, help: str) -> Taken:
    return click.option(*names, help=help, is_flag=True)


def inherited(*names: str) -> Taken:
    """The number of a socket that `gouji up` hands on to a process of its own."""
    return click.option(*names, type=int, hidden=True)


def one_of(*values: str) -> click.Choice[str]:
    return click.Choice([str(value) for value in values])


def in_language() -> click.Option:
    """Taken so that it is no unknown option; it has been read already (`language.chosen`)."""
    return click.Option(
        [OPTION],
        type=one_of(*Language),
        expose_value=False,
        help="Speak Chinese (zh) or English (en); GOUJI_LANG sets it too.",
    )


#: A file or a folder, whether it is there or not.
PATH: click.Path = click.Path(path_type=Path)
