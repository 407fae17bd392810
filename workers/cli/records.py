"""`gouji results` and `gouji failed`: what became of documents, from the bucket."""

from __future__ import annotations

import sys

from storage import keys
from tasks.render.result import Envelope, dumps
from workers.cli.ledger import PENDING, Ledger
from workers.cli.service import open_store, service_or_stop
from workers.cli.stop import USAGE, Stop

HEADS = ("key", "code", "message", "attempts", "first failed", "last failed")


def show_result(key: str, *, as_json: bool, language: str) -> None:
    """Of the current version; Stop where there is none yet."""
    full = key if key.startswith(keys.INBOX) else keys.INBOX + key
    if not keys.is_document(full):
        raise Stop(f"{key!r} is no key of the inbox", code=USAGE)
    entry = Ledger(open_store(service_or_stop())).entry(full)
    if entry is None:
        raise Stop(f"{full} is not in the bucket: `gouji submit` puts files there")
    if entry.status == PENDING or entry.envelope is None:
        raise Stop(f"{full} is pending: `gouji status` shows what it waits for")
    if as_json:
        sys.stdout.buffer.write(dumps(entry.envelope) + b"\n")
        return
    from workers.cli.people import told

    print(told(entry.envelope, language), end="")


def show_failed(*, as_json: bool) -> None:
    """One JSON object a line, or a table."""
    letters = list(Ledger(open_store(service_or_stop())).dead_letters())
    if as_json:
        for _, envelope in letters:
            sys.stdout.buffer.write(dumps(envelope) + b"\n")
        return
    if not letters:
        print("nothing was refused, nothing failed", file=sys.stderr)
        return
    from workers.cli.tables import print_table

    print_table(HEADS, [_row(key, envelope) for key, envelope in letters])
    print("`gouji reprocess --all-failed` has them processed again", file=sys.stderr)


def _row(key: str, envelope: Envelope) -> tuple[str, ...]:
    refusal, error = envelope.get("refusal") or {}, envelope.get("error") or {}
    return (
        key,
        str(refusal.get("code") or error.get("type", "")),
        str(refusal.get("message") or error.get("message", "")),
        str(envelope.get("attempts", "")),
        str(envelope.get("first_failed_at", "")),
        str(envelope.get("last_failed_at", "")),
    )
