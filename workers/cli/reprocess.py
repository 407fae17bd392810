"""`gouji reprocess`: have documents of the inbox processed again.

What is wanted is decided from the records alone (`Wanted`), so that `--dry-run` tells
exactly what would be done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from storage import keys
from tasks.model.document import Format
from tasks.model.refusal import RefusalCode
from workers.cli.catalogued import ledger_of
from workers.cli.harmless import harmless
from workers.cli.language import Said, tell
from workers.cli.ledger import Entry
from workers.cli.progress import progress
from workers.cli.service import open_store, service_or_stop
from workers.cli.stop import USAGE, Stop

UNSUCCESSFUL = ("refused", "failed")
#: What `--code` takes besides the name of an exception, with which a document failed.
CODES = (*RefusalCode, *UNSUCCESSFUL)
#: As exceptions are called; a code that is none of ours must look so.
_EXCEPTION = re.compile(r"_?[A-Z][A-Za-z0-9]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to process again; a document must meet everything that is set."""

    all_failed: bool = False
    code: str | None = None
    #: Beginning of the key, with or without `inbox/`.
    key: str | None = None
    format: str | None = None
    older_than_engine: str | None = None

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))

    @property
    def prefix(self) -> str:
        return (self.key or "").removeprefix(keys.INBOX)

    def takes(self, entry: Entry) -> bool:
        return all(
            (
                not self.all_failed or entry.status in UNSUCCESSFUL,
                self.code is None or self.code in (entry.code, entry.status),
                self.format is None or entry.format == self.format,
                self.older_than_engine is None or _is_older(entry, self.older_than_engine),
                entry.version.key.startswith(keys.INBOX + self.prefix),
            )
        )


def reprocess_documents(wanted: Wanted, *, dry_run: bool) -> None:
    """Print the keys, one a line."""
    if wanted.is_empty:
        raise Stop(
            Said(
                "请写明要重新处理哪些：--all-failed、--code、--key、--format"
                " 或 --older-than-engine",
                "say what to process again: --all-failed, --code, --key, --format or"
                " --older-than-engine",
            ),
            code=USAGE,
        )
    _ask_for_known(wanted)
    settings = service_or_stop()
    with progress("read") as step:
        entries = ledger_of(settings, open_store(settings)).entries(wanted.prefix, advance=step)
        chosen = [entry.version for entry in entries if wanted.takes(entry)]
    if not chosen:
        tell(Said("没有符合条件的文件", "no document meets what was asked for"))
        return
    for version in chosen:
        print(harmless(version.key))
    if dry_run:
        tell(
            Said(
                f"将重新处理 {len(chosen)} 份；目前什么也没有做",
                f"{len(chosen)} would be processed again; nothing was done",
            )
        )
        return
    from tasks.jobs import enqueue
    from workers.app import make_app

    app = make_app(settings, publisher=True)
    for version in chosen:
        enqueue(app, version, reason="reprocess", force=True)
    tell(
        Said(
            f"{len(chosen)} 份将重新处理；`gouji status` 可看进度",
            f"{len(chosen)} will be processed again; `gouji status` shows how far it is",
        )
    )


def _is_older(entry: Entry, version: str) -> bool:
    """Compared as numbers, 0.10 after 0.9; what says no version is older than any."""
    made_by = ((entry.envelope or {}).get("engine") or {}).get("version")
    if entry.envelope is None:
        return False
    return made_by is None or _numbers(str(made_by)) < _numbers(version)


def _numbers(version: str) -> tuple[int, ...]:
    release = re.match(r"[0-9]{1,9}(\.[0-9]{1,9})*", version)
    parts = [int(part) for part in (release[0] if release else "").split(".") if part]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _ask_for_known(wanted: Wanted) -> None:
    """What would match nothing because it is mistyped, is said so."""
    version = wanted.older_than_engine
    if version is not None and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})*", version):
        shown = harmless(version[:40])
        raise Stop(
            Said(
                f"{shown!r} 不是版本号，应写成 0.2.0 的样子",
                f"{shown!r} is no version: write it as 0.2.0",
            ),
            code=USAGE,
        )
    if wanted.code is not None and not _is_code(wanted.code):
        raise _unknown("--code", wanted.code, CODES)
    if wanted.format is not None and wanted.format not in tuple(Format):
        raise _unknown("--format", wanted.format, tuple(Format))


def _is_code(code: str) -> bool:
    """One of ours, or what may be the name of an exception and is none of ours in capitals."""
    ours = code.casefold().replace("-", "_") in CODES
    return code in CODES or bool(_EXCEPTION.fullmatch(code) and not ours)


def _unknown(option: str, value: str, known: Sequence[str]) -> Stop:
    listed, shown = ", ".join(known), harmless(value[:40])
    return Stop(
        Said(
            f"{option} {shown}：没有这个取值，可用：{listed}",
            f"{option} {shown} is not known; known are: {listed}",
        ),
        code=USAGE,
    )
