"""A broker behind TLS: its certificate is verified by everybody, or by nobody's oversight."""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from storage.attempts import connect
from storage.broker import Broker
from storage.broker_address import tls
from storage.closed import AUTHORITY, CERTIFICATE, KEY, certificate
from storage.errors import Misconfigured
from storage.events import Event, EventKind
from storage.local import LocalServers
from storage.objects import S3ObjectStore
from tasks import jobs
from workers.app import make_app
from workers.settings import Settings


class TlsDoor:
    """Takes TLS at a port of its own and hands what is inside on to a port of this machine."""

    def __init__(self, inside: int, known: ssl.SSLContext) -> None:
        self._inside, self._known = inside, known
        self._thread = threading.Thread(target=asyncio.run, args=[self._serve()], daemon=True)
        self._open = threading.Event()
        self.port = 0

    def __enter__(self) -> TlsDoor:
        self._thread.start()
        assert self._open.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(60)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._pass, "127.0.0.1", 0, ssl=self._known)
        self.port = server.sockets[0].getsockname()[1]
        self._open.set()
        await self._over.wait()

    async def _pass(self, outer: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        inner, onward = await asyncio.open_connection("127.0.0.1", self._inside)
        await asyncio.gather(_copy(outer, onward), _copy(inner, back), return_exceptions=True)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while some := await source.read(65536):
            target.write(some)
            await target.drain()
    finally:
        target.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    for name, content in certificate(["localhost"]).files().items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def port(folder: Path, local_servers: LocalServers) -> Iterator[int]:
    """Of a broker behind TLS, with a certificate for `localhost`; Valkey's wheel speaks none."""
    known = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    known.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    inside = int(local_servers.broker_url.rpartition(":")[2].split("/")[0])
    with TlsDoor(inside, known) as door:
        yield door.port


@pytest.fixture(scope="module")
def address(local_servers: LocalServers, port: int) -> str:
    """Of the broker behind TLS, without a word about TLS but the scheme."""
    password = local_servers.broker_url.removeprefix("redis://:").partition("@")[0]
    return f"rediss://:{password}@localhost:{port}/7"


def settings(address: str, authority: Path | None = None) -> Settings:
    return Settings(broker_url=SecretStr(address), broker_ca_file=authority)


def _enqueue(chosen: Settings) -> str:
    event = Event(
        bucket="gouji", key="inbox/a.html", kind=EventKind.CREATED, etag="e", version_id=None
    )
    return jobs.enqueue(make_app(chosen, publisher=True), event, reason="test")


def test_both_libraries_take_a_certificate_that_is_vouched_for(address: str, folder: Path) -> None:
    chosen = settings(address, folder / AUTHORITY)
    Broker(chosen.broker_address()).ping()
    _enqueue(chosen)
    assert connect(chosen.broker_address()).llen("gouji:light") >= 1


@pytest.mark.parametrize(
    ("host", "authority", "why"),
    [
        ("localhost", None, "unable to get local issuer certificate"),
        ("127.0.0.1", AUTHORITY, "IP address mismatch"),
    ],
)
def test_both_libraries_refuse_one_that_is_not(
    address: str, folder: Path, host: str, authority: str | None, why: str
) -> None:
    """kombu by itself would connect to the first without a word but a warning."""
    named = address.replace("localhost", host)
    chosen = settings(named, folder / authority if authority else None)
    for ask in (Broker(chosen.broker_address()).ping, lambda: _enqueue(chosen)):
        with pytest.raises(Misconfigured, match="GOUJI_BROKER_CA_FILE") as refused:
            ask()
        assert why in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_store_is_believed_if_somebody_vouches_for_it(
    local_servers: LocalServers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = local_servers.s3
    known = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    known.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    with TlsDoor(int(s3.endpoint.rpartition(":")[2]), known) as door:

        def store() -> S3ObjectStore:
            return S3ObjectStore(
                endpoint=f"https://localhost:{door.port}",
                bucket=s3.bucket,
                access_key=s3.access_key,
                secret_key=s3.secret_key,
            )

        with pytest.raises(Misconfigured, match="AWS_CA_BUNDLE, or correct GOUJI_S3_ENDPOINT"):
            store().probe()
        monkeypatch.setenv("AWS_CA_BUNDLE", str(folder / AUTHORITY))
        store().probe()


def test_who_asks_for_it_is_not_protected(address: str) -> None:
    # Another database: kombu keeps its connections by host and database, whatever is said of TLS.
    named = address.replace("localhost", "127.0.0.1").replace("/7", "/8")
    chosen = settings(f"{named}?ssl_cert_reqs=none")
    Broker(chosen.broker_address()).ping()
    _enqueue(chosen)


@pytest.mark.parametrize("verb", ["worker --queue light", "sweep", "listen", "flower"])
def test_a_process_says_so_in_one_line_and_ends(address: str, tmp_path: Path, verb: str) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GOUJI_")}
    run = subprocess.run(
        [sys.executable, "-P", "-m", "workers.cli", *verb.split()],
        env=environ
        | {
            "GOUJI_BROKER_URL": address,
            "GOUJI_S3_ENDPOINT": "http://127.0.0.1:1",
            "GOUJI_S3_ACCESS_KEY": "a",
            "GOUJI_S3_SECRET_KEY": "b",
            "GOUJI_WEBHOOK_TOKEN": "t",
            "GOUJI_FLOWER_PASSWORD": "p",
            "GOUJI_HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 64, run.stderr
    said = [line for line in run.stderr.splitlines() if line]
    assert "GOUJI_BROKER_CA_FILE" in said[-1]
    assert "Traceback" not in run.stderr


def test_celery_and_flower_are_told_the_same(address: str, folder: Path) -> None:
    chosen = settings(address, folder / AUTHORITY)
    options = tls(chosen.broker_address())
    assert options is not None
    assert options["ssl_ca_certs"] == str(folder / AUTHORITY)
    assert make_app(chosen).conf.broker_use_ssl == options
    assert tls("redis://localhost/0") is None
