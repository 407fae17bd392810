"""`gouji export`: the results of a bucket as one data set.

    inbox, in the order of its keys -> records -> rows -> file

The same bucket gives the same rows in the same order, whatever the store lists them in. What
is held at a time is some records and some rows, however many there are; and for each report
whose it is, so that a second one of an organ and year is told. With a catalogue the records
are taken from there, as far as it knows them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from storage import keys
from tasks.render.coverage import BATCH, outcome
from tasks.render.dataset import LONG, Column, Scalar, long_rows, wide_columns, wide_row
from tasks.render.dataset_files import (
    ENDINGS,
    EXAMPLE,
    MOST_ROWS,
    TooManyRows,
    write,
    write_dictionary,
)
from tasks.render.result import Envelope
from workers.cli.catalogued import ledger_of
from workers.cli.language import Said, tell
from workers.cli.ledger import Ledger
from workers.cli.progress import progress
from workers.cli.service import open_store, service_or_stop
from workers.cli.stop import USAGE, Stop
from workers.cli.target import target

#: More organs and years than these are counted and not named.
_MOST_NAMED = 5
#: What became of a document that has no rows: it pends, or is no report.
_PENDING, _NO_REPORT = "pending", "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which documents go into the data set."""

    prefix: str = ""
    #: Years reported on; empty: all.
    years: frozenset[int] = frozenset()
    #: Outcomes as `tasks.render.coverage.outcome` tells them; empty: all.
    outcomes: frozenset[str] = frozenset()

    def has(self, envelope: Envelope) -> bool:
        report = envelope.get("report") or {}
        return (not self.years or report.get("year") in self.years) and (
            not self.outcomes or outcome(envelope) in self.outcomes
        )


@dataclass(slots=True)
class _Counted:
    """What went by."""

    reports: int = 0
    #: Why others have no rows -> how many.
    left_out: Counter[str] = field(default_factory=Counter)
    #: Key and year -> how many reports, and the first of them by its file.
    seen: Counter[tuple[str, int]] = field(default_factory=Counter)
    again: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))

    def occurrence(self, envelope: Envelope) -> int | None:
        report = envelope["report"]
        key, year = report.get("organ_key"), report["year"]
        if key is None or year is None:
            return None
        self.seen[key, year] += 1
        if self.seen[key, year] > 1:
            self.again[key, year].append(keys.key_in(envelope["source"]) or "")
        return self.seen[key, year]


def export(to: Path, *, wide: bool, wanted: Wanted) -> None:
    """Stop where it cannot be; nothing is under the name then."""
    counted = _Counted()
    columns = wide_columns() if wide else LONG
    with target(to, ENDINGS, EXAMPLE) as begun, progress("read") as step:
        settings = service_or_stop()
        envelopes = _wanted(ledger_of(settings, open_store(settings)), wanted, counted, step)
        try:
            rows = write(begun.file, begun.ending, columns, _rows(envelopes, counted, wide=wide))
        except TooManyRows:
            raise Stop(_too_many(to), code=USAGE) from None
        begun.finish()
    beside = _write_dictionary(to, columns)
    _tell(to, beside, rows, counted)


def _rows(
    envelopes: Iterable[Envelope], counted: _Counted, *, wide: bool
) -> Iterator[tuple[Scalar, ...]]:
    for envelope in envelopes:
        counted.reports += 1
        occurrence = counted.occurrence(envelope)
        if not wide:
            yield from long_rows(envelope, occurrence)
        elif (row := wide_row(envelope, occurrence)) is not None:
            yield row


def _wanted(
    ledger: Ledger, wanted: Wanted, counted: _Counted, step: Callable[[int], None]
) -> Iterator[Envelope]:
    for entry in ledger.entries(wanted.prefix.removeprefix(keys.INBOX), advance=step):
        envelope = entry.envelope
        if envelope is None:
            counted.left_out[_PENDING] += 1
        elif not envelope.get("report"):
            came = outcome(envelope)
            is_wanted = not wanted.outcomes or came in wanted.outcomes
            # What is in an archive comes behind it.
            if came != BATCH and not wanted.years and is_wanted:
                counted.left_out[came] += 1
        elif wanted.has(envelope):
            yield envelope


def _write_dictionary(to: Path, columns: Sequence[Column]) -> Path | None:
    """Beside a file that has no place for what its columns mean."""
    if to.suffix.lower() == ".xlsx":
        return None
    # By its whole name: `panel.csv` and `panel.parquet` may have other columns.
    beside = to.with_name(f"{to.name}.dictionary.csv")
    with target(beside, (".csv",), "") as begun:
        write_dictionary(begun.file, columns)
        begun.finish()
    return beside


# --- what is said at the end -----------------------------------------------------------------


_LEFT_OUT: dict[str, Said] = {
    _PENDING: Said("{} 份尚未处理完", "{} still pending"),
    "refused": Said("{} 份无法处理", "{} refused"),
    "failed": Said("{} 份程序出错", "{} on which our program broke"),
    _NO_REPORT: Said("{} 份不是年度报告", "{} no annual report"),
}


def _tell(to: Path, beside: Path | None, rows: int, counted: _Counted) -> None:
    tell(
        Said(
            f"{counted.reports} 份报告、{rows} 行已写入 {to}"
            + (f"，各栏说明见 {beside}" if beside else "，各栏说明见 dictionary 表"),
            f"{to} holds {counted.reports} reports in {rows} rows; what the columns mean is in "
            + (f"{beside}" if beside else "its sheet `dictionary`"),
        )
    )
    if counted.left_out:
        told = [(words, counted.left_out[why]) for why, words in _LEFT_OUT.items()]
        tell(
            Said(
                "未写入：" + "，".join(words.zh.format(n) for words, n in told if n),
                "left out: " + ", ".join(words.en.format(n) for words, n in told if n),
            )
        )
    if counted.again:
        _tell_again(counted)


def _tell_again(counted: _Counted) -> None:
    """Several reports of one organ and year: which one counts, nobody but a person knows."""
    named = list(counted.again.items())[:_MOST_NAMED]
    more = len(counted.again) - len(named)
    zh = "；".join(f"{year} 年 {files[0]}{_more(files, '等 {} 份')}" for (_, year), files in named)
    en = "; ".join(f"{year}: {files[0]}{_more(files, ' of {}')}" for (_, year), files in named)
    tell(
        Said(
            f"同一机关同一年度的报告不止一份，occurrence 大于 1 的是：{zh}"
            + (f"；另有 {more} 组" if more else ""),
            f"more than one report of an organ and year, those with occurrence above 1: {en}"
            + (f"; and {more} more" if more else ""),
        )
    )


def _more(files: Sequence[str], words: str) -> str:
    return words.format(len(files)) if len(files) > 1 else ""


def _too_many(to: Path) -> Said:
    return Said(
        f"{to}：一张工作表最多 {MOST_ROWS - 1} 行，装不下；请改用 .parquet 或 .csv，"
        "或加 --wide（每份报告一行）、--year",
        f"{to}: more rows than the {MOST_ROWS - 1} of a sheet; write .parquet or .csv, or use "
        "--wide (a row a report) or --year",
    )
