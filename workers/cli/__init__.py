"""The command `gouji`: where people come in.

`commands.py` declares the verbs and their words; each one's work stands in a module of
its own and is imported when the verb is used, so that `gouji check` pays for nothing it
does not need. stdout is data, stderr is talk. Exit codes: `stop.py`.
"""

from __future__ import annotations

import sys

import typer

from storage.errors import StorageError, Unavailable
from workers.cli.commands import gouji
from workers.cli.harmless import harmless
from workers.cli.stop import INTERRUPTED, USAGE, Stop


def main(arguments: list[str] | None = None) -> None:
    """Run one command line and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """The exit code of one command line; every complaint is one line on stderr."""
    try:
        code = gouji(arguments, prog_name="gouji", standalone_mode=False)
    except typer.TyperException as complaint:
        # All that typer complains about is the command line.
        return _say(complaint.format_message(), "`gouji COMMAND --help` shows how.", USAGE)
    except Stop as stop:
        return _say(*stop.lines, stop.code)
    except Unavailable as error:
        return _say(str(error), "is the service running? `gouji up` starts it here", 1)
    except StorageError as error:
        return _say(str(error), 1)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _say(*said: str | int) -> int:
    *lines, code = said
    for line in lines:
        print(f"gouji: {harmless(str(line))}", file=sys.stderr)
    return int(code)
