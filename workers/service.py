"""The whole service on one machine: what `gouji up` and `gouji demo` run.

    start   home (locked) -> embedded servers -> our processes -> all ready -> up.json
    watch   a process that dies is started again, sooner or later by its backoff
    stop    intake -> workers (they finish what they have begun) -> Flower -> servers

The supervisor holds no document and no job, so that it can be killed at any time: its
children see their tether break and stop, and what they leave undone the sweep finds.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Any

from pydantic import SecretStr

from storage.broker import Broker
from storage.errors import Misconfigured, StorageError
from storage.local import LocalServers, Webhook
from storage.objects import S3ObjectStore
from workers import children
from workers.children import Child, Role
from workers.cli.columns import padded
from workers.cli.language import VARIABLE, Said, reason, spoken
from workers.cli.stop import told
from workers.home import Home, HomeError
from workers.sandbox import starting
from workers.settings import PREFIX, Settings

#: Intake stops first, so that nothing comes in that nobody will work on.
ROLES = (
    Role(
        name="listen",
        arguments=("listen",),
        wave=0,
        patience_seconds=3,
        doors=(("--door", "listen"), ("--site-door", "site")),
    ),
    Role(name="sweep", arguments=("sweep", "--forever"), wave=0, patience_seconds=3),
    Role(name="worker-light", arguments=("worker", "--queue", "light"), wave=1, patience_seconds=8),
    Role(name="worker-pdf", arguments=("worker", "--queue", "pdf"), wave=1, patience_seconds=8),
    Role(name="worker-ocr", arguments=("worker", "--queue", "ocr"), wave=1, patience_seconds=8),
    Role(
        name="flower",
        arguments=("flower",),
        wave=1,
        patience_seconds=2,
        doors=(("--door", "flower"),),
    ),
)
#: Of those that read (`workers/sandbox/host.py`): no `gouji` command, and without settings, so that
#: nothing is in it that a document could be after. It goes when the workers have gone.
SANDBOX = Role(
    name="sandbox", arguments=(), wave=2, patience_seconds=1, doors=(("--door", "sandbox"),)
)
#: `EX_USAGE`, with which a child ends when a setting is wrong.
USAGE = 64
#: Processes that have not said they are ready by now never will.
START_SECONDS = 60.0
TICK_SECONDS = 0.1
LOGS_SECONDS = 60.0


class CannotStart(Exception):
    """The service did not come up, and nothing of it is left running."""

    def __init__(self, message: Said | str, *, usage: bool = False) -> None:
        super().__init__(str(message))
        #: A setting is wrong, rather than the machine.
        self.usage = usage


class Signals:
    """Ctrl-C and SIGTERM, counted: the first asks to stop, the second to hurry."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def caught(self) -> Iterator[None]:
        def note(_signal: int, _frame: FrameType | None) -> None:
            self.count += 1

        before = {name: signal.signal(name, note) for name in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    @property
    def asked(self) -> bool:
        return self.count > 0

    @property
    def hurried(self) -> bool:
        return self.count > 1


class Servers:
    """The object store and the broker: embedded ones, or those that the settings name."""

    def __init__(self, embedded: LocalServers | None) -> None:
        self._embedded = embedded
        self._deaths = 0
        self._starts_at = 0.0

    @property
    def pids(self) -> dict[str, int]:
        return self._embedded.pids if self._embedded else {}

    def completed(self, settings: Settings) -> Settings:
        """With the addresses and passwords of the embedded ones."""
        if self._embedded is None:
            return settings
        s3 = self._embedded.s3
        return settings.model_copy(
            update={
                "s3_endpoint": s3.endpoint,
                "s3_bucket": s3.bucket,
                "s3_access_key": s3.access_key,
                "s3_secret_key": SecretStr(s3.secret_key),
                "s3_region": s3.region,
                "broker_url": SecretStr(self._embedded.broker_url),
            }
        )

    def revive(self, say: Callable[[Said | str], None]) -> bool:
        """Start both again where one has ended; whether that was done.

        Blocks until they are ready. What they were doing waits meanwhile: every process
        that needs them bears an outage.
        """
        if self._embedded is None or time.monotonic() < self._starts_at:
            return False
        try:
            self._embedded.check()
        except StorageError as error:
            say(
                Said(
                    f"内置的服务出了问题（{error}），正在重新启动",
                    f"{error}; both servers are started again",
                )
            )
        else:
            return False
        try:
            self._embedded.stop()
            self._embedded.start()
        except StorageError as error:
            self._deaths += 1
            delay = children.backoff_seconds(self._deaths)
            self._starts_at = time.monotonic() + delay
            say(
                Said(
                    f"没有启动成功（{error}），{delay:g} 秒后再试",
                    f"{error}; tried again in {delay:g} s",
                )
            )
            return False
        self._deaths = 0
        return True


class Service:
    """The running service. Made by `running`."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        servers: Servers,
        doors: Mapping[str, socket.socket],
        say: Callable[[Said | str], None],
    ) -> None:
        """`settings` are those of the children: with every address and password filled in."""
        self.home = home
        self.settings = settings
        self._servers = servers
        self._say = say
        self._ours = [
            Child(role, _environ_of(role, settings), home.log(role.name), doors)
            for role in ROLES
            if settings.ocr_enabled or role.name != "worker-ocr"
        ]
        self._children = [*self._ours]
        if SANDBOX.name in doors:
            self._children.append(_sandbox(settings, home, doors))
        self._starts_at: dict[str, float] = {}
        self._shorten_at = 0.0

    def start(self, signals: Signals) -> None:
        """Return when all children are ready. Raises `CannotStart` when one of them can't."""
        for child in self._children:
            child.start()
        patience = time.monotonic() + START_SECONDS
        # What reads may still be warming up: a worker that asks it waits.
        while not all(child.ready for child in self._ours):
            if signals.asked:
                raise CannotStart(Said("尚未就绪就停止了", "stopped before it was ready"))
            for child in self._children:
                code = child.look()
                if code is not None:
                    said = child.last_words()
                    raise CannotStart(
                        Said(
                            f"{child.role.name} 无法启动：{said}",
                            f"{child.role.name} could not start: {said}",
                        ),
                        usage=code == USAGE,
                    )
            if time.monotonic() > patience:
                late = ", ".join(c.role.name for c in self._ours if not c.ready)
                raise CannotStart(
                    Said(
                        f"{START_SECONDS:.0f} 秒后仍未就绪：{late}；见 {self.home.logs}",
                        f"not ready after {START_SECONDS:.0f} s: {late}; see {self.home.logs}",
                    )
                )
            time.sleep(TICK_SECONDS / 4)
        self.home.write_up(self.said())

    def addresses(self) -> Iterator[str]:
        """What people need to know, a line each."""
        settings = self.settings
        bucket, user = Said("存储桶", "bucket"), Said("用户", "user")
        for name, value in (
            (
                Said("对象存储", "S3 store"),
                f"{settings.s3_endpoint}  {bucket} {settings.s3_bucket}",
            ),
            (Said("网页", "Pages"), self._visited()),
            (Said("Flower", "Flower"), f"{self.said()['flower']}  {user} {settings.flower_user}"),
            (Said("密码", "Passwords"), self.home.up),
            (Said("日志", "Logs"), self.home.logs),
            *self._metrics(),
        ):
            yield f"{padded(str(name), 9)}  {value}"

    def _metrics(self) -> Iterator[tuple[Said, str]]:
        settings = self.settings
        if settings.metrics_port is not None:
            last = settings.metrics_port + len(ROLES) - 1
            there = f"http://{settings.metrics_host}:{settings.metrics_port}–{last}/metrics"
            yield Said("指标", "Metrics"), there

    def _visited(self) -> str:
        """The pages, as a browser of this machine comes to them, and for whom."""
        said, host = self.said(), self.settings.site_host
        here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - told, not bound to
        site = f"http://{here.get(host, host)}:{self.settings.site_port}"
        if said["site_user"] is None:
            return f"{site}  {Said('用户见 GOUJI_SITE_USERS', 'users: those of GOUJI_SITE_USERS')}"
        return f"{site}  {Said('用户', 'user')} {said['site_user']}"

    def tick(self) -> None:
        """Start again what has died; called several times a second."""
        changed = self._servers.revive(self._say)
        if changed:
            self._follow_servers()
        for child in self._children:
            changed |= self._look(child)
        if changed:
            self.home.write_up(self.said())
        if time.monotonic() > self._shorten_at:
            self.home.shorten_logs()
            self._shorten_at = time.monotonic() + LOGS_SECONDS

    def _follow_servers(self) -> None:
        """Their ports may be others now, of which the children know nothing."""
        settings = self._servers.completed(self.settings)
        if settings == self.settings:
            return
        self._say(
            Said(
                "内置服务的端口变了，所有进程重新启动",
                "the servers are at other ports: all processes are started again",
            )
        )
        self.settings = settings
        # What reads speaks to no server.
        children.stop(self._ours, lambda: False)
        for child in self._ours:
            child.environ = _environ_of(child.role, settings)
            child.start()
            self._starts_at.pop(child.role.name, None)

    def stop(self, signals: Signals) -> None:
        children.stop(self._children, lambda: signals.hurried)
        self.home.remove_up()

    def said(self) -> dict[str, Any]:
        """The content of up.json."""
        settings = self.settings
        return {
            "s3": {
                "endpoint": settings.s3_endpoint,
                "bucket": settings.s3_bucket,
                "access_key": settings.s3_access_key,
                "secret_key": _plain(settings.s3_secret_key),
            },
            "broker": _plain(settings.broker_url),
            "flower": f"http://{settings.flower_host}:{settings.flower_port}",
            "flower_user": settings.flower_user,
            "flower_password": _plain(settings.flower_password),
            "listener": f"http://{settings.listen_host}:{settings.listen_port}",
            "site": f"http://{settings.site_host}:{settings.site_port}",
            "site_user": settings.site_user if settings.site_password else None,
            "site_password": _plain(settings.site_password),
            "pids": self._pids(),
        }

    def _pids(self) -> dict[str, int]:
        ours = {"up": os.getpid()} | self._servers.pids
        return ours | {c.role.name: c.pid for c in self._children if c.pid is not None}

    def _look(self, child: Child) -> bool:
        """Whether its pid has changed."""
        code = child.look()
        name = child.role.name
        if code is not None:
            delay = child.delay_seconds()
            self._starts_at[name] = time.monotonic() + delay
            cause, log = _cause(code), self.home.log(name)
            self._say(
                Said(
                    f"{name} 退出了（{cause}），{delay:g} 秒后重新启动（日志：{log}）",
                    f"{name} ended ({cause}); it is started again in {delay:g} s (its log: {log})",
                )
            )
            return True
        if name in self._starts_at and time.monotonic() >= self._starts_at[name]:
            del self._starts_at[name]
            child.start()
            return True
        return False


@contextmanager
def running(
    settings: Settings, *, say: Callable[[Said | str], None], signals: Signals
) -> Iterator[Service]:
    """The service, ready; stopped when the block ends, whichever way it ends.

    Raises `CannotStart`. `say` is called with single lines for people.
    """
    with ExitStack() as stack:
        home = _home(settings, stack)
        doors = {name: stack.enter_context(door) for name, door in _doors(settings).items()}
        doors |= _sandbox_door(home, stack)
        settings = _filled_in(settings, home, doors)
        servers = _servers(settings, stack)
        settings = servers.completed(settings)
        service = Service(home, settings, servers, doors, say)
        stack.callback(service.stop, signals)
        service.start(signals)
        yield service


def _home(settings: Settings, stack: ExitStack) -> Home:
    try:
        home = Home(settings.home)
    except HomeError as error:
        raise CannotStart(str(error)) from error
    stack.callback(home.close)
    return home


def _doors(settings: Settings) -> dict[str, socket.socket]:
    """The listening sockets. A port that was chosen is taken or nothing starts."""
    explicit = settings.model_fields_set
    return {
        "listen": _door(
            settings.listen_host,
            # Only the store of this machine needs to know it.
            settings.listen_port if "listen_port" in explicit else 0,
            "GOUJI_LISTEN_PORT",
        ),
        "site": _door(
            settings.site_host,
            settings.site_port,
            "GOUJI_SITE_PORT",
            or_any="site_port" not in explicit,
        ),
        "flower": _door(
            settings.flower_host,
            settings.flower_port,
            "GOUJI_FLOWER_PORT",
            or_any="flower_port" not in explicit,
        ),
    }


def _sandbox_door(home: Home, stack: ExitStack) -> dict[str, socket.socket]:
    """Where its path is too long for a socket, there is none, and each worker has its own
    servers; likewise where nobody could tell who listens."""
    if not hasattr(socket, "SO_PEERCRED"):
        return {}
    home.sandbox.unlink(missing_ok=True)
    door = stack.enter_context(socket.socket(socket.AF_UNIX))
    before = os.umask(0o177)
    try:
        door.bind(str(home.sandbox))
    except OSError:
        return {}
    finally:
        os.umask(before)
    stack.callback(home.sandbox.unlink, missing_ok=True)
    door.listen(128)
    return {SANDBOX.name: door}


def _sandbox(settings: Settings, home: Home, doors: Mapping[str, socket.socket]) -> Child:
    command = (*starting.HOST, *starting.told(starting.limits(settings)))
    return Child(SANDBOX, starting.environ(), home.log(SANDBOX.name), doors, command)


def _door(host: str, port: int, variable: str, *, or_any: bool = False) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        if or_any:
            return _door(host, 0, variable)
        why = reason(error)
        raise CannotStart(
            Said(
                f"{host} 的端口 {port} 不能使用（{why.zh}）：请把 {variable} 设为空闲的端口",
                f"port {port} of {host} cannot be used ({why.en}): set {variable} to a free one",
            )
        ) from error


def _filled_in(settings: Settings, home: Home, doors: Mapping[str, socket.socket]) -> Settings:
    """What was not chosen is generated, and what was relative is made certain."""
    try:
        credentials = home.credentials()
    except HomeError as error:
        raise CannotStart(str(error)) from error
    generated = {
        "webhook_token": SecretStr(credentials.webhook_token),
        "flower_password": SecretStr(credentials.flower_password),
    }
    if settings.site_users is None:  # who names the users has named all of them
        generated["site_password"] = SecretStr(credentials.site_password)
    flower_port = doors["flower"].getsockname()[1]
    return settings.model_copy(
        update={
            "home": home.folder,
            "flower_url": settings.flower_url or f"http://{settings.flower_host}:{flower_port}",
            "listen_port": doors["listen"].getsockname()[1],
            "site_port": doors["site"].getsockname()[1],
            "flower_port": flower_port,
            **{name: value for name, value in generated.items() if not getattr(settings, name)},
            **_concurrency(settings),
        }
    )


def _concurrency(settings: Settings) -> dict[str, int]:
    """What was not chosen, by the cores of this machine: light documents keep moving while
    PDFs use half of it."""
    cores = os.cpu_count() or 1
    fitting = {"light_concurrency": max(2, cores), "pdf_concurrency": max(1, cores // 2)}
    return {name: count for name, count in fitting.items() if name not in settings.model_fields_set}


def _servers(settings: Settings, stack: ExitStack) -> Servers:
    """Ready, and able to do what is needed of them."""
    _ask_for_both_or_neither(settings)
    try:
        if settings.s3_endpoint:
            _store(settings).probe()
            Broker(settings.broker_address()).ping()
            return Servers(None)
        embedded = LocalServers(
            settings.home,
            bucket=settings.s3_bucket,
            webhook=_webhook(settings) if settings.bucket_events_enabled else None,
        )
        return Servers(stack.enter_context(embedded))
    except Misconfigured as error:
        raise CannotStart(told(error), usage=True) from error
    except StorageError as error:
        raise CannotStart(told(error)) from error
    except OSError as error:
        raise CannotStart(
            Said(f"内置的服务无法启动（{error}）", f"the servers could not be started: {error}")
        ) from error


def _ask_for_both_or_neither(settings: Settings) -> None:
    chosen = {"s3_endpoint", "broker_url"} & settings.model_fields_set
    if len(chosen) == 1:
        raise CannotStart(
            Said(
                "GOUJI_S3_ENDPOINT 和 GOUJI_BROKER_URL 要么都设，要么都不设（用内置的）",
                "set both of GOUJI_S3_ENDPOINT and GOUJI_BROKER_URL, or neither for embedded ones",
            ),
            usage=True,
        )
    if not chosen and settings.s3_access_key is not None:
        raise CannotStart(
            Said(
                "内置的对象存储自己生成密钥：请去掉 GOUJI_S3_ACCESS_KEY 和 GOUJI_S3_SECRET_KEY，"
                "或设置 GOUJI_S3_ENDPOINT 和 GOUJI_BROKER_URL",
                "the embedded store makes its own keys: unset GOUJI_S3_ACCESS_KEY and"
                " GOUJI_S3_SECRET_KEY, or set GOUJI_S3_ENDPOINT and GOUJI_BROKER_URL",
            ),
            usage=True,
        )


def _webhook(settings: Settings) -> Webhook:
    host = "127.0.0.1" if settings.listen_host == "0.0.0.0" else settings.listen_host  # noqa: S104
    token = _plain(settings.webhook_token) or ""
    return Webhook(url=f"http://{host}:{settings.listen_port}/events", token=token)


def _store(settings: Settings) -> S3ObjectStore:
    return S3ObjectStore(
        endpoint=settings.s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key,
        secret_key=_plain(settings.s3_secret_key),
        region=settings.s3_region,
    )


def _environ(settings: Settings) -> dict[str, str]:
    """The environment of the children: secrets are not for the command line."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    ours = {VARIABLE: str(spoken()), "PYTHONUNBUFFERED": "1"}
    return others | settings.to_environ() | ours


def _environ_of(role: Role, settings: Settings) -> dict[str, str]:
    """Each tells its metrics at a port of its own."""
    if settings.metrics_port is not None:
        port = settings.metrics_port + ROLES.index(role)
        settings = settings.model_copy(update={"metrics_port": port})
    return _environ(settings)


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _cause(code: int) -> str:
    if code >= 0:
        return str(Said(f"退出码 {code}", f"exit code {code}"))
    with suppress(ValueError):
        return signal.Signals(-code).name
    return str(Said(f"信号 {-code}", f"signal {-code}"))
