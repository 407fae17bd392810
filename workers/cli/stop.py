"""Why a command ends early, and the exit codes that scripts rely on."""

from __future__ import annotations

from storage.errors import Misconfigured, StorageError
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


def told(error: StorageError) -> Said:
    """By who must act; what the store or the broker itself said is quoted as it is."""
    if isinstance(error, Misconfigured):
        return Said(f"对象存储或消息队列的设置不对（原文：{error}）", str(error))
    return Said(f"对象存储或消息队列没有正常应答（原文：{error}）", str(error))
