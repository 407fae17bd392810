"""Why a command ends early, and the exit codes that scripts rely on."""

from __future__ import annotations

from workers.cli.language import Said

FINDINGS = 1
REFUSED = 2
#: `EX_USAGE` of sysexits.h: the command line or a setting is wrong.
USAGE = 64
#: `EX_IOERR`: what was asked for could not be written.
UNWRITTEN = 74
#: What a shell reports for a program ended by SIGINT and SIGPIPE.
INTERRUPTED = 130
CLOSED = 141


class Stop(Exception):
    """Ends the command with `code`; each line says what is wrong and what to do."""

    def __init__(self, *lines: Said | str, code: int = 1) -> None:
        super().__init__("\n".join(map(str, lines)))
        self.lines = lines
        self.code = code
