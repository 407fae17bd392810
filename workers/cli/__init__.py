"""The command `gouji`: where people come in.

`commands.py` declares the verbs and their words; each one's work stands in a module of
its own and is imported when the verb is used, so that `gouji check` pays for nothing it
does not need. stdout is data, stderr is talk. Exit codes: `stop.py`.
"""

from __future__ import annotations

import errno
import io
import os
import sys

import click

from storage.errors import StorageError, Unavailable
from workers.cli.commands import gouji
from workers.cli.language import Said, chosen, reason, speak, tell
from workers.cli.stop import CLOSED, INTERRUPTED, UNWRITTEN, USAGE, Stop, told
from workers.cli.usage import complaint, hint


def main(arguments: list[str] | None = None) -> None:
    """Run one command line and leave with its exit code."""
    code = run(arguments)
    sys.exit(_flushed(said=code == UNWRITTEN) or code)


def run(arguments: list[str] | None = None) -> int:
    """The exit code of one command line; every complaint is one line on stderr."""
    arguments = sys.argv[1:] if arguments is None else arguments
    speak(chosen(arguments, os.environ))
    _let_stdout_replace()
    try:
        code = gouji(arguments, prog_name="gouji", standalone_mode=False)
    except click.ClickException as error:
        # All that click complains about is the command line.
        return _say(USAGE, complaint(error.format_message()), hint(error))
    except Stop as stop:
        return _say(stop.code, *stop.lines)
    except Unavailable as error:
        return _say(1, told(error), _IS_IT_RUNNING)
    except StorageError as error:
        return _say(1, told(error))
    except OSError as error:
        return _say(UNWRITTEN, _of_machine(error))
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _flushed(*, said: bool) -> int:
    """0 where all that was printed has left; else the exit code that says why not, and nothing
    is left for Python to complain of at its end. `said`: it was complained of already."""
    if sys.stdout is None:  # `>&-`
        return 0
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # `gouji list | head`: nobody reads on, and nobody wants to hear of it.
        closed = isinstance(error, BrokenPipeError)
        if closed:
            return CLOSED
        return UNWRITTEN if said else _say(UNWRITTEN, _of_machine(error))
    return 0


def _say(code: int, *lines: Said | str) -> int:
    for line in lines:
        tell(line)
    return code


_IS_IT_RUNNING = Said(
    "服务在运行吗？`gouji up` 可在本机启动", "is the service running? `gouji up` starts it here"
)


def _of_machine(error: OSError) -> Said:
    """What this machine would not do; a full disk is called so."""
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Said(
            f"{where}磁盘已满，请腾出空间后再试",
            f"{where}the disk is full: make room and try again",
        )
    why = reason(error)
    return Said(f"{where}读写失败（{why.zh}）", f"{where}cannot be read or written ({why.en})")


def _let_stdout_replace() -> None:
    """A terminal that has no sign for a character shows `?`, and nothing breaks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
