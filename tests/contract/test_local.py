"""The embedded servers: data outlive them, they outlive nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread

import psutil
import pytest

from storage.attempts import connect
from storage.errors import Misconfigured, Unavailable
from storage.events import EventKind, parse_events
from storage.local import LocalServers, Webhook

TEXT = "text/plain"


def wait_until_gone(pids: list[int], seconds: float = 15) -> None:
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
    wait_for_zombies(servers)
    with pytest.raises(Unavailable, match=r"ended with -9; see .*\.log"):
        servers.check()
    servers.stop()
    with servers:
        servers.check()
        assert servers.store().get("inbox/a").body == b"one"


def wait_for_zombies(servers: LocalServers) -> None:
    for pid in servers.pids.values():
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.02)


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
            authorization, body = posted.get(timeout=10)
            assert authorization == 'Bearer a "token"'
            found = list(parse_events(body))
    event = found[0]
    assert (event.bucket, event.key) == ("gouji", "inbox/县/a+b %2F.pdf")
    assert (event.etag, event.kind) == (info.etag, EventKind.CREATED)
