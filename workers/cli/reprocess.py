"""`gouji reprocess`: have documents of the inbox processed again.

What is wanted is decided from the records alone (`Wanted`), so that `--dry-run` tells
exactly what would be done.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, fields

from storage import keys
from workers.cli.harmless import harmless
from workers.cli.ledger import Entry, Ledger
from workers.cli.progress import progress
from workers.cli.service import open_store, service_or_stop
from workers.cli.stop import USAGE, Stop

UNSUCCESSFUL = ("refused", "failed")


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
            "say what to process again: --all-failed, --code, --key, --format or"
            " --older-than-engine",
            code=USAGE,
        )
    if wanted.older_than_engine is not None:
        _ask_for_version(wanted.older_than_engine)
    settings = service_or_stop()
    with progress("read") as step:
        entries = Ledger(open_store(settings)).entries(wanted.prefix, advance=step)
        chosen = [entry.version for entry in entries if wanted.takes(entry)]
    for version in chosen:
        print(harmless(version.key))
    if dry_run:
        _say(f"{len(chosen)} would be processed again; nothing was done")
        return
    from tasks.jobs import enqueue
    from workers.app import make_app

    app = make_app(settings, publisher=True)
    for version in chosen:
        enqueue(app, version, reason="reprocess", force=True)
    _say(f"{len(chosen)} will be processed again; `gouji status` shows how far it is")


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


def _ask_for_version(text: str) -> None:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})*", text):
        raise Stop(f"{text!r} is no version: write it as 0.2.0", code=USAGE)


def _say(line: str) -> None:
    print(f"gouji: {line}", file=sys.stderr)
