"""`gouji results` and `gouji failed`: what became of documents, from the bucket."""

from __future__ import annotations

import sys

from storage import keys
from tasks.render.result import Envelope, dumps
from tasks.render.sentences import message_of
from workers.cli.language import Said, tell
from workers.cli.ledger import PENDING, Ledger
from workers.cli.service import open_store, service_or_stop
from workers.cli.stop import USAGE, Stop

HEADS = (
    Said("文件", "key"),
    Said("代码", "code"),
    Said("说明", "message"),
    Said("次数", "attempts"),
    Said("最初（UTC）", "first failed (UTC)"),
    Said("最近（UTC）", "last failed (UTC)"),
)


def show_result(key: str, *, as_json: bool, language: str) -> None:
    """Of the current version; Stop where there is none yet."""
    full = key if key.startswith(keys.INBOX) else keys.INBOX + key
    if not keys.may_be_document(full):
        raise Stop(
            Said(f"{key!r} 不是收件目录中的路径", f"{key!r} is no key of the inbox"), code=USAGE
        )
    entry = Ledger(open_store(service_or_stop())).entry(full)
    if entry is None:
        raise Stop(
            Said(
                f"{full} 不在收件目录中：用 `gouji submit` 放进去",
                f"{full} is not in the bucket: `gouji submit` puts files there",
            )
        )
    if entry.status == PENDING or entry.envelope is None:
        raise Stop(
            Said(
                f"{full} 还未处理：`gouji status` 可看到在等什么",
                f"{full} is pending: `gouji status` shows what it waits for",
            )
        )
    if as_json:
        sys.stdout.buffer.write(dumps(entry.envelope) + b"\n")
        return
    from workers.cli.columns import terminal_width
    from workers.cli.people import told

    columns = terminal_width() if sys.stdout.isatty() else None
    print(told(entry.envelope, language, columns=columns), end="")
    if entry.envelope.get("report"):
        tell(
            Said(
                "以上只看这一份；与其他年度报告的核对见 `gouji list`",
                "this is about one report alone; `gouji list` holds it against other years",
            )
        )


def show_failed(*, as_json: bool, language: str) -> None:
    """One JSON object a line, or a table."""
    letters = list(Ledger(open_store(service_or_stop())).dead_letters())
    if as_json:
        for _, envelope in letters:
            sys.stdout.buffer.write(dumps(envelope) + b"\n")
        return
    if not letters:
        tell(Said("没有被拒收或出错的文件", "nothing was refused, nothing failed"))
        return
    from workers.cli.tables import print_table

    heads = [head.in_(language) for head in HEADS]
    print_table(heads, [_row(key, envelope, language) for key, envelope in letters])
    tell(
        Said(
            "`gouji reprocess --all-failed` 可重新处理",
            "`gouji reprocess --all-failed` has them processed again",
        )
    )


def _row(key: str, envelope: Envelope, language: str) -> tuple[str, ...]:
    refusal, error = envelope.get("refusal") or {}, envelope.get("error") or {}
    said = refusal or error
    return (
        key,
        str(refusal.get("code") or error.get("type", "")),
        message_of(said, language) if said.get("message") else "",
        str(envelope.get("attempts", "")),
        _moment(envelope.get("first_failed_at")),
        _moment(envelope.get("last_failed_at")),
    )


def _moment(written: str | None) -> str:
    """To the second; records are in UTC."""
    return (written or "")[:19].replace("T", " ")
