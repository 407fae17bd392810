"""The processes of the service: `up`, and each one alone for deployment.

A process that is told so (`--tether`) belongs to a `gouji up`: it says on that line when
it is ready, and stops when the line breaks.
"""

from __future__ import annotations

import itertools
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from storage.errors import Misconfigured, StorageError
from workers.cli.columns import padded
from workers.cli.language import Said, reason, tell
from workers.cli.service import open_store, refused_settings, service_or_stop, settings_or_stop
from workers.cli.stop import USAGE, Stop, told
from workers.settings import Settings, SettingsError, has_site
from workers.tether import Tether

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

    from workers.board import Board
    from workers.sweep import Swept

#: How long whoever is told to stop is at the messages that he has in hand.
FINISH_SECONDS = 8.0


def run_up() -> None:
    from workers.service import TICK_SECONDS, CannotStart, Signals, running

    signals = Signals()
    try:
        with signals.caught(), running(settings_or_stop(), say=say, signals=signals) as service:
            for line in service.addresses():
                say(line)
            say(Said("已就绪，按 Ctrl-C 停止。", "Ready. Ctrl-C stops it."))
            while not signals.asked:
                service.tick()
                time.sleep(TICK_SECONDS)
            say(Said("正在停止；再按 Ctrl-C 立即停止。", "Stopping; Ctrl-C again hurries."))
    except CannotStart as error:
        raise Stop(str(error), code=USAGE if error.usage else 1) from None
    say(Said("已停止。", "Stopped."))


def run_worker(queue: str, *, tether: int | None) -> None:
    # Read by billiard when it is imported, and without it SIGTERM waits for any job.
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    settings = settings_or_stop()
    if queue == "ocr" and not settings.ocr_enabled:
        raise Stop(
            Said(
                "扫描件识别已关闭：请去掉 GOUJI_OCR_ENABLED=false，或不运行这个处理进程",
                "scans are not read: unset GOUJI_OCR_ENABLED, or do without this worker",
            ),
            code=USAGE,
        )
    from celery.signals import worker_ready

    from tasks.queues import Queue
    from workers import app, logs
    from workers.home import sandbox_door

    logs.configure(settings)
    check_traces(settings)
    if settings.alive_file is not None:
        # That of the one before it: in a pod the folder outlives a container.
        settings.alive_file.unlink(missing_ok=True)
    line = Tether(tether)
    # First, as what follows may wait for whoever is away.
    board = tell_metrics(settings, "worker")
    ask_broker(settings)
    probe_store(settings)
    worker_ready.connect(lambda **_: line.ready(), weak=False)
    # A `gouji up` has one host for all that read; a worker alone has its own servers.
    door = None if tether is None else sandbox_door(settings.home)
    app.run_worker(settings, Queue(queue), door=door, board=board)


def check_traces(settings: Settings) -> None:
    """Stop where traces are asked for that cannot be made."""
    from workers.traces import check_extra

    try:
        check_extra(settings)
    except SettingsError as error:
        raise refused_settings(error) from None


def tell_metrics(settings: Settings, *processes: str) -> Board | None:
    """Tell at a port of its own what this process does from now on; `processes`: what it is, as in
    `workers.metrics`. None where no port is set, Stop where it cannot be had."""
    if settings.metrics_port is None:
        return None
    host, port = settings.metrics_host, settings.metrics_port
    opened = open_door(None, host, port, "GOUJI_METRICS_PORT")
    from workers import scrape
    from workers.board import Board, start_telling
    from workers.metrics import Process

    board = Board(map(Process, processes))
    start_telling(board)
    scrape.serve(board, opened)
    return board


def ask_broker(settings: Settings) -> None:
    """Stop where the broker would never let us in. One that is away is for Celery to wait for."""
    from storage.broker import Broker

    try:
        Broker(settings.broker_address()).ping()
    except Misconfigured as error:
        raise Stop(told(error), code=USAGE) from None
    except StorageError:
        return


def ask_store(settings: Settings) -> None:
    """Stop where the store would never let us look. For one that is away the sweep waits."""
    from storage.keys import INBOX

    try:
        next(open_store(settings).list(INBOX), None)
    except Misconfigured as error:
        raise Stop(told(error), code=USAGE) from None
    except StorageError:
        return


def probe_store(settings: Settings) -> None:
    """Return when the store has shown that it heeds conditions; Stop where it does not.

    A store that is away is waited for: services start in any order.
    """
    import structlog

    store = open_store(settings)
    for number in itertools.count():
        try:
            store.probe()
        except Misconfigured as error:
            raise Stop(told(error), code=USAGE) from None
        except StorageError as error:
            structlog.get_logger("gouji").warning("store.waits", message=str(error))
            time.sleep(min(10.0, 0.5 * 2.0 ** min(number, 10)))
        else:
            return


def run_listen(*, tether: int | None, door: int | None, site_door: int | None) -> None:
    settings = settings_or_stop()
    from workers import logs
    from workers.listen import open_listener

    logs.configure(settings)
    try:
        listener = open_listener(settings)
    except SettingsError as error:
        raise refused_settings(error) from None
    board = tell_metrics(settings, *_of_listener(settings))
    ask_broker(settings)
    doors = []
    if settings.webhook_token is not None:
        host, port = settings.listen_host, settings.listen_port
        doors.append(open_door(door, host, port, "GOUJI_LISTEN_PORT"))
    if has_site(settings):
        host, port = settings.site_host, settings.site_port
        doors.append(open_door(site_door, host, port, "GOUJI_SITE_PORT"))
    if board is not None:
        from workers.answered import Answered

        listener = Answered(listener)
    server_of(listener, Tether(tether).ready).run(sockets=doors)


def _of_listener(settings: Settings) -> Iterator[str]:
    if settings.webhook_token is not None:
        yield "listen"
    if has_site(settings):
        yield "site"


def server_of(application: ASGIApp, ready: Callable[[], None]) -> uvicorn.Server:
    """`ready` is called when it answers."""
    import uvicorn

    from workers.door import Door

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            ready()

    config = uvicorn.Config(
        application,
        http=Door,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        # Whoever is on this host could say that he comes from elsewhere.
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    return Server(config)


def run_poll(*, tether: int | None, door: int | None) -> int:
    """The exit code: 1 where fetching broke off by a defect of ours."""
    settings = settings_or_stop()
    from workers import logs
    from workers.poll import health, open_poller

    logs.configure(settings)
    try:
        poller = open_poller(settings)
    except SettingsError as error:
        raise refused_settings(error) from None
    tell_metrics(settings, "poll")
    ask_broker(settings)
    opened = open_door(door, settings.listen_host, settings.listen_port, "GOUJI_LISTEN_PORT")
    server = server_of(health(poller), Tether(tether).ready)
    refused: list[Misconfigured] = []
    told_to_stop = threading.Event()

    def stop(*_: object) -> None:
        told_to_stop.set()
        poller.stop()
        server.should_exit = True

    def fetch() -> None:
        try:
            poller.run()
        except Misconfigured as error:
            refused.append(error)
        finally:
            server.should_exit = True

    # uvicorn has its own meanwhile, and passes on to these what came.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    # Nobody waits for one that waits for messages; those in hand are waited for.
    threading.Thread(target=fetch, name="poll", daemon=True).start()
    server.run(sockets=[opened])
    poller.finish(FINISH_SECONDS)
    if refused:
        raise Stop(told(refused[0]), code=USAGE)
    return 0 if told_to_stop.is_set() else 1


def run_flower(*, tether: int | None, door: int | None) -> None:
    settings = settings_or_stop()
    if settings.flower_password is None:
        raise Stop(
            Said(
                "Flower 需要密码：请设置 GOUJI_FLOWER_PASSWORD",
                "Flower needs a password: set GOUJI_FLOWER_PASSWORD",
            ),
            code=USAGE,
        )
    from workers import logs
    from workers.flower import serve

    logs.configure(settings)
    tell_metrics(settings, "flower")
    ask_broker(settings)
    opened = open_door(door, settings.flower_host, settings.flower_port, "GOUJI_FLOWER_PORT")
    serve(settings, opened, Tether(tether).ready)


def run_sweep(*, forever: bool, every_seconds: float | None, tether: int | None) -> None:
    settings = service_or_stop()
    from workers import logs, sweep

    logs.configure(settings)
    check_traces(settings)
    board = tell_metrics(settings, "sweep") if forever else None
    ask_broker(settings)
    if not forever:
        _tell(sweep.open_sweeper(settings).once())
        return
    if every_seconds is not None:
        settings = settings.model_copy(update={"sweep_seconds": every_seconds})
    ask_store(settings)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    Tether(tether).ready()
    sweep.run(settings, stop, board)


def _tell(swept: Swept) -> None:
    if swept.elsewhere:
        tell(
            Said(
                "另一个进程正在对照，本次没有进行",
                "another process is sweeping; nothing was looked at",
            )
        )
        return
    for name, said in _COUNTED.items():
        print(f"{padded(str(said), 10)} {getattr(swept, name)}")


#: What a sweep counts, as people read it.
_COUNTED = {
    "pending": Said("待处理", "pending"),
    "enqueued": Said("已排队", "enqueued"),
    "waiting": Said("在等待", "waiting"),
    "held_back": Said("暂缓", "held_back"),
    "gathered_anew": Said("重新汇总", "gathered_anew"),
}


def open_door(door: int | None, host: str, port: int, variable: str) -> socket.socket:
    """The listening socket that was handed down, else one of our own."""
    try:
        opened = socket.create_server((host, port)) if door is None else socket.socket(fileno=door)
    except OSError as error:
        why = reason(error)
        raise Stop(
            Said(
                f"{host} 的端口 {port} 不能使用（{why.zh}）：请设置 {variable}",
                f"port {port} of {host} cannot be used ({why.en}): set {variable}",
            )
        ) from None
    opened.setblocking(False)
    return opened


def say(line: Said | str) -> None:
    print(line, file=sys.stderr, flush=True)
