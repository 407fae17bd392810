"""`gouji demo`: the whole service on invented reports, from a plain S3 put to the results.

It runs in a home of its own below GOUJI_HOME, emptied at each start, with servers of its
own: whatever service the environment names is not touched. The results are copied out of
the bucket, so that they can be looked at when the service has stopped.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storage import keys
from storage.objects import ObjectStore
from tasks.render.result import Envelope, dumps
from tasks.render.sentences import OUTCOMES
from workers.cli.columns import padded
from workers.cli.language import Said
from workers.cli.ledger import PENDING, Ledger
from workers.cli.service import open_store, settings_or_stop
from workers.cli.stop import INTERRUPTED, USAGE, Stop
from workers.cli.tables import print_table
from workers.home import Home, HomeError
from workers.service import TICK_SECONDS, CannotStart, Service, Signals, running
from workers.settings import PREFIX, Settings, read_settings

if TYPE_CHECKING:
    from samples import DemoDocument

PATIENCE_SECONDS = 180.0
#: Settings that would lead to servers, or ports, of another service.
OF_ANOTHER = ("HOME", "S3_", "BROKER_URL", "LISTEN_", "FLOWER_PORT", "SITE_", "WEBHOOK_TOKEN")
HEADS = (
    Said("文件", "document"),
    Said("格式", "format"),
    Said("结论", "verdict"),
    Said("发现", "findings"),
    Said("符合预期", "as expected"),
    Said("演示的内容", "what it shows"),
)
#: Verdicts in the words of `DemoDocument.expected` -> in Chinese.
_VERDICTS = {"no report": "不是年报", "findings": "有发现", "clean": "无误", "failed": "出错"}


#: Before what became of each document in it.
_ARCHIVE = "archive: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One document of the demo and what became of it."""

    document: DemoDocument
    envelope: Envelope

    @property
    def verdict(self) -> str:
        """In the words of `DemoDocument.expected`."""
        if self.envelope["status"] == "refused":
            return f"refused:{self.envelope['refusal']['code']}"
        if self.envelope["status"] != "done":
            return str(self.envelope["status"])
        if "members" in self.envelope:
            came = ", ".join(one["outcome"] for one in self.envelope["members"])
            return f"{_ARCHIVE}{came}"
        if self.envelope["report"] is None:
            return "no report"
        grave = any(finding["severity"] != "info" for finding in self.envelope["findings"])
        return "findings" if grave else "clean"

    @property
    def is_expected(self) -> bool:
        return self.verdict == self.document.expected

    def row(self) -> tuple[str, ...]:
        findings = [finding["rule"] for finding in self.envelope.get("findings", ())]
        return (
            self.document.name,
            (self.envelope.get("document") or {}).get("format", "-"),
            _said(self.verdict),
            ", ".join(dict.fromkeys(findings)) or "-",
            str(_YES) if self.is_expected else str(_NO).format(_said(self.document.expected)),
            str(Said(self.document.description_zh, self.document.description)),
        )


_YES = Said("是", "yes")
_NO = Said("否，应为 {}", "no, {}")


def _said(verdict: str) -> str:
    if verdict.startswith("refused:"):
        return str(Said(verdict.replace("refused:", "拒收："), verdict))
    if verdict.startswith(_ARCHIVE):
        came = verdict.removeprefix(_ARCHIVE).split(", ")
        return str(
            Said("内有：" + "、".join(OUTCOMES["zh"].get(one, one) for one in came), verdict)
        )
    return str(Said(_VERDICTS.get(verdict, verdict), verdict))


def run_demo(*, keep: bool, seed: int) -> int:
    """0 where every document ended as it should."""
    documents = _documents(seed)
    home = _emptied(settings_or_stop().home / "demo")
    settings = _own_settings(os.environ, home)
    _say(Said(f"演示的数据目录是 {home}", f"The demo's home is {home}"))
    signals = Signals()
    began = time.monotonic()
    try:
        with signals.caught(), running(settings, say=_say, signals=signals) as service:
            ready = time.monotonic() - began
            _say(Said(f"服务在 {ready:.1f} 秒后就绪", f"The service is ready after {ready:.1f} s"))
            shown = _show(service, documents, signals)
            if shown is None:
                return INTERRUPTED
            _tell(service, shown, home)
            if keep:
                _keep(service, signals)
    except CannotStart as error:
        raise Stop(str(error), code=USAGE if error.usage else 1) from None
    _say(Said("已停止，没有遗留的进程。", "Stopped; nothing is left running."))
    return 0 if all(one.is_expected for one in shown) else 1


def _documents(seed: int) -> list[DemoDocument]:
    try:
        from samples import demo_documents

        return demo_documents(seed)
    except ModuleNotFoundError as error:
        raise Stop(
            Said(
                f"演示需要 {error.name}：pip install 'gouji[local]'",
                f"the demo needs {error.name}: pip install 'gouji[local]'",
            )
        ) from None


def _emptied(folder: Path) -> Path:
    """The folder, with nothing of an earlier demo in it and none running."""
    try:
        home = Home(folder)
    except HomeError as error:
        raise Stop(str(error)) from None
    try:
        for path in home.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "up.lock":
                path.unlink()
    finally:
        home.close()
    return home.folder


def _own_settings(environ: Mapping[str, str], home: Path) -> Settings:
    ours = {
        name: value
        for name, value in environ.items()
        if not name.removeprefix(PREFIX).startswith(OF_ANOTHER)
    }
    return read_settings(ours | {f"{PREFIX}HOME": str(home)})


def _show(service: Service, documents: list[DemoDocument], signals: Signals) -> list[Shown] | None:
    """Put the documents and wait for all; None where the person had enough."""
    store = open_store(service.settings)
    for document in documents:
        store.put(keys.INBOX + document.name, document.body, content_type=_ANY)
    put = time.monotonic()
    _say(
        Said(
            f"{len(documents)} 份文件已放进存储桶的 {keys.INBOX}",
            f"{len(documents)} documents were put into the bucket's {keys.INBOX}",
        )
    )
    ledger, shown = Ledger(store), dict[str, Shown]()
    with _line(len(documents)) as say:
        while len(shown) < len(documents) and time.monotonic() - put < PATIENCE_SECONDS:
            if signals.asked:
                return None
            service.tick()
            for document in documents:
                if document.name not in shown and (one := _ended(ledger, document)):
                    shown[document.name] = one
                    verdict = padded(_said(one.verdict), 22)
                    say(f"{verdict} {document.name}  {time.monotonic() - put:.1f} s")
            time.sleep(TICK_SECONDS)
    for document in documents:
        if document.name not in shown:
            raise Stop(
                Said(
                    f"{document.name} 没有处理完，见日志 {service.home.logs}",
                    f"{document.name} did not end; see the logs in {service.home.logs}",
                )
            )
    return [shown[document.name] for document in documents]


_ANY = "application/octet-stream"


def _ended(ledger: Ledger, document: DemoDocument) -> Shown | None:
    entry = ledger.entry(keys.INBOX + document.name)
    if entry is None or entry.status == PENDING or entry.envelope is None:
        return None
    return Shown(document=document, envelope=entry.envelope)


@contextmanager
def _line(total: int) -> Iterator[Callable[[str], None]]:
    """A bar over the lines on a terminal, else the lines alone."""
    if not sys.stderr.isatty():
        yield _say
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("documents", total=total)

        def say(line: str) -> None:
            bar.console.print(line, markup=False, highlight=False)
            bar.advance(task)

        yield say


def _tell(service: Service, shown: list[Shown], home: Path) -> None:
    print_table([str(head) for head in HEADS], [one.row() for one in shown])
    results = _copied(open_store(service.settings), shown, home / "results")
    said = service.said()
    bucket = f"s3://{said['s3']['bucket']}/{keys.RESULTS}"
    _say(
        Said(
            f"结果       {bucket}，已复制到 {results}",
            f"Results    {bucket}, copied to {results}",
        )
    )
    wrong = next((one for one in shown if one.verdict == "findings"), shown[0])
    opened = results / f"{wrong.document.name}.{keys.OUTPUT_NAMES[0]}"
    _say(Said(f"报告页     用浏览器打开 {opened}", f"A report   open {opened} in a browser"))
    flower, user = f"{said['flower']}/tasks", said["flower_user"]
    _say(Said(f"Flower     {flower}  用户 {user}", f"Flower     {flower}  user {user}"))
    _say(
        Said(
            f"密码       {service.home.up}（服务运行期间有效，见 --keep）",
            f"Passwords  {service.home.up} (as long as the service runs; see --keep)",
        )
    )


def _copied(store: ObjectStore, shown: list[Shown], folder: Path) -> Path:
    """What lies in the bucket of each document, named after its place there."""
    for one in shown:
        # The names are the demo's own: they cannot lead out of the folder.
        file = folder / f"{one.document.name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(dumps(one.envelope) + b"\n")
        if one.envelope["status"] == "done":
            record = keys.result_key(keys.INBOX + one.document.name)
            for name in keys.OUTPUT_NAMES:
                body = store.get(keys.beside(record, name)).body
                file.with_name(f"{one.document.name.rpartition('/')[2]}.{name}").write_bytes(body)
    return folder


def _keep(service: Service, signals: Signals) -> None:
    for line in service.addresses():
        _say(line)
    _say(Said("服务继续运行，按 Ctrl-C 停止。", "The service goes on; Ctrl-C stops it."))
    while not signals.asked:
        service.tick()
        time.sleep(TICK_SECONDS)


def _say(line: Said | str) -> None:
    print(line, file=sys.stderr, flush=True)
