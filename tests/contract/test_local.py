"""The embedded servers: data outlive them, they outlive nobody."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import ssl
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread

import psutil
import pytest

from storage.attempts import connect
from storage.closed import AUTHORITY, CERTIFICATE, KEY
from storage.errors import Misconfigured, Unavailable
from storage.events import EventKind, parse_events
from storage.local import LocalServers, Webhook

TEXT = "text/plain"


def wait_until_gone(pids: list[int], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while any(psutil.pid_exists(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still there: {pids}"
        time.sleep(0.05)


def test_data_outlive_the_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = Path("我的 家")  # relative, with a space
    with LocalServers(home) as servers:
        servers.check()
        servers.store().put("inbox/a", b"one", content_type=TEXT)
        connect(servers.broker_url).set("kept", "yes")
        before, pids = servers.s3, list(servers.pids.values())
        assert len(pids) == 2
    assert not any(map(psutil.pid_exists, pids))
    with LocalServers(home) as servers:
        assert servers.s3 == before
        assert servers.store().get("inbox/a").body == b"one"
        assert connect(servers.broker_url).get("kept") == b"yes"


def test_secrets_are_for_the_owner_only(local_servers: LocalServers) -> None:
    for path in ("servers.json", "valkey/valkey.conf"):
        assert (local_servers.home / path).stat().st_mode & 0o777 == 0o600
    for pid in local_servers.pids.values():
        command = " ".join(psutil.Process(pid).cmdline())
        assert local_servers.s3.secret_key not in command
        assert local_servers.broker_url.split(":")[2].split("@")[0] not in command


def test_both_listen_on_this_machine_only(local_servers: LocalServers) -> None:
    for pid in local_servers.pids.values():
        listening = [c.laddr for c in psutil.Process(pid).net_connections() if c.status == "LISTEN"]
        assert listening
        assert {address.ip for address in listening} == {"127.0.0.1"}


def test_strangers_get_nothing(local_servers: LocalServers) -> None:
    s3 = local_servers.s3
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{s3.endpoint}/{s3.bucket}/inbox/a")  # noqa: S310 - ours
    assert refused.value.code == 403


def _doors(servers: LocalServers) -> list[int]:
    """Ports at which the store answers, other than the one for clients."""
    client = int(servers.s3.endpoint.rpartition(":")[2])
    store = psutil.Process(servers.pids["seaweedfs"])
    ports = {c.laddr.port for c in store.net_connections() if c.status == "LISTEN"}
    return sorted(ports - {client})


def _asked(port: int, context: ssl.SSLContext | None, method: str, path: str) -> int | None:
    """The status of the answer; None where there is none."""
    secured = HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    plain = HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(secured if context else plain) as connection:
        try:
            connection.request(method, path)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None


def test_the_parts_of_the_store_answer_nobody_without_their_certificate(
    local_servers: LocalServers,
) -> None:
    """Filer, master and volume server would else give and delete any object without a key."""
    store, bucket = local_servers.store(), local_servers.s3.bucket
    store.put("inbox/kept", b"x", content_type=TEXT)
    without = ssl.create_default_context(cafile=local_servers.home / "doors" / AUTHORITY)
    doors = _doors(local_servers)
    # Master, volume, filer, admin, each by HTTP and by gRPC, and the gRPC of S3.
    assert len(doors) == 9
    paths = (f"/buckets/{bucket}/inbox/kept", "/dir/assign", "/dir/status", "/status", "/")
    for port in doors:
        for method, path in (*(("GET", path) for path in paths), ("DELETE", paths[0])):
            assert _asked(port, None, method, path) in (None, 400), (port, path)
            assert _asked(port, without, method, path) is None, (port, path)
    assert store.get("inbox/kept").body == b"x"


def test_holders_of_the_certificate_read_and_delete_nothing_unsigned(
    local_servers: LocalServers,
) -> None:
    """And with it they are answered, so the test before this one asks at the right doors."""
    store, bucket = local_servers.store(), local_servers.s3.bucket
    store.put("inbox/kept", b"x", content_type=TEXT)
    folder = local_servers.home / "doors"
    known = ssl.create_default_context(cafile=folder / AUTHORITY)
    known.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    path = f"/buckets/{bucket}/inbox/kept"
    for method in ("GET", "DELETE"):
        answers = {_asked(port, known, method, path) for port in _doors(local_servers)}
        assert 401 in answers
        assert not answers & {200, 204}
    assert store.get("inbox/kept").body == b"x"


def test_the_sockets_of_the_store_are_its_owners(local_servers: LocalServers) -> None:
    sockets = [
        Path(c.laddr)
        for c in psutil.Process(local_servers.pids["seaweedfs"]).net_connections("unix")
        if c.laddr and not c.laddr.startswith("@")
    ]
    room = local_servers.home / "seaweedfs"
    assert len(sockets) >= 7
    for path in sockets:
        assert not (room / path).stat().st_mode & stat.S_IWOTH, path


def test_a_second_start_on_the_same_home_is_refused(local_servers: LocalServers) -> None:
    with pytest.raises(Misconfigured, match="already runs"):
        LocalServers(local_servers.home).start()
    local_servers.check()


def test_ports_taken_by_others_are_given_up(tmp_path: Path) -> None:
    with LocalServers(tmp_path / "one") as one:
        one.store().put("inbox/a", b"one", content_type=TEXT)
        state = (tmp_path / "one" / "servers.json").read_text()
        (tmp_path / "two").mkdir()
        (tmp_path / "two" / "servers.json").write_text(
            json.dumps({**json.loads(state), "running": {}})
        )
        with LocalServers(tmp_path / "two") as two:
            assert two.s3.endpoint != one.s3.endpoint
            assert two.store().head("inbox/a") is None


PARENT = """
import sys, time
from pathlib import Path
from storage.local import LocalServers
servers = LocalServers(Path(sys.argv[1]))
servers.start()
servers.store().put("inbox/a", b"one", content_type="text/plain")
print(*servers.pids.values(), flush=True)
time.sleep(600)
"""


def test_servers_die_with_a_killed_parent_and_their_data_live(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    parent.stdout.close()
    assert len(pids) == 2
    parent.kill()
    parent.wait()
    # At once: what is left of the first pair is waited for.
    with LocalServers(tmp_path) as servers:
        assert not any(map(psutil.pid_exists, pids))
        assert servers.store().get("inbox/a").body == b"one"
    wait_until_gone(pids)


def test_killed_servers_are_noticed_and_start_again(tmp_path: Path) -> None:
    servers = LocalServers(tmp_path)
    servers.start()
    servers.store().put("inbox/a", b"one", content_type=TEXT)
    for pid in servers.pids.values():
        os.kill(pid, signal.SIGKILL)
    # A leader in state Z may have threads that still end: only wait() knows that all is over.
    for pid in servers.pids.values():
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(Unavailable, match=r"ended with -9; see .*\.log"):
        servers.check()
    servers.stop()
    with servers:
        servers.check()
        assert servers.store().get("inbox/a").body == b"one"


@pytest.fixture
def listener() -> Iterator[tuple[str, Queue[tuple[str, object]]]]:
    """Keeps the bearer token and body of what is posted to it."""
    posted: Queue[tuple[str, object]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            posted.put((self.headers["Authorization"], json.loads(self.rfile.read(length))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/events", posted
    server.shutdown()
    server.server_close()


def test_the_store_tells_of_new_documents(
    tmp_path: Path, listener: tuple[str, Queue[tuple[str, object]]]
) -> None:
    url, posted = listener
    with LocalServers(tmp_path, webhook=Webhook(url=url, token='a "token"')) as servers:
        store = servers.store()
        store.put("results/县/a.pdf/result.json", b"{}", content_type=TEXT)
        info = store.put("inbox/县/a+b %2F.pdf", b"one", content_type=TEXT)
        found = []
        while not found:
            authorization, body = posted.get(timeout=60)
            assert authorization == 'Bearer a "token"'
            found = list(parse_events(body))
    event = found[0]
    assert (event.bucket, event.key) == ("gouji", "inbox/县/a+b %2F.pdf")
    assert (event.etag, event.kind) == (info.etag, EventKind.CREATED)
