"""How a worker that hangs is told from one that is idle, busy, or waits for its broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cutter import Wire
from pydantic import SecretStr
from station import Station, wait_for

from deploy import healthy
from storage.local import LocalServers, free_port


def make_stale(file: Path) -> None:
    long_ago = time.time() - healthy.STALE_SECONDS - 1
    os.utime(file, (long_ago, long_ago))


def is_fresh(file: Path) -> bool:
    return file.exists() and time.time() - file.stat().st_mtime < healthy.STALE_SECONDS


def test_a_worker_that_hangs_is_told_from_one_that_waits_for_its_broker(
    new_station: Callable[..., Station],
    local_servers: LocalServers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = new_station().settings.broker_url.get_secret_value()
    address, _, database = url.rpartition("/")
    host, _, port = address.rpartition("@")[2].removeprefix("redis://").rpartition(":")
    wire = Wire(host, int(port))
    through = f"{address.removesuffix(f'{host}:{port}')}127.0.0.1:{wire.port}/{database}"
    file = tmp_path / "alive"
    monkeypatch.setenv("GOUJI_BROKER_URL", through)
    assert not healthy.alive(str(file))

    settings = {"alive_file": file, "shutdown_seconds": 600}
    worker = new_station(broker_url=SecretStr(through)).start_worker(**settings)
    wait_for(lambda: is_fresh(file))
    assert healthy.alive(str(file))

    os.kill(worker.process.pid, signal.SIGSTOP)
    try:
        make_stale(file)
        assert not healthy.alive(str(file))
        wire.cut()
        assert healthy.alive(str(file))
    finally:
        os.kill(worker.process.pid, signal.SIGCONT)
    # Back from the outage, which its loop did not survive, it touches the file again.
    wire.mend()
    make_stale(file)
    wait_for(lambda: is_fresh(file))
    wait_for(lambda: b"onnection to broker lost" in worker.log.read_bytes())
    make_stale(file)
    wait_for(lambda: is_fresh(file))
    assert healthy.alive(str(file))

    # However long it might take over its documents: it has none.
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(60) == 0


def test_a_worker_that_waits_for_its_store_is_not_taken_for_the_one_before_it(
    new_station: Callable[..., Station], tmp_path: Path
) -> None:
    """It has not begun, and is given the time that one has to start."""
    file = tmp_path / "alive"
    file.touch()
    away = f"http://127.0.0.1:{free_port()}"
    changed = {"home": tmp_path, "alive_file": file, "s3_endpoint": away}
    settings = new_station().settings.model_copy(update=changed)
    with subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "worker", "--queue", "light"],
        env={**os.environ, **settings.to_environ()},
        stderr=subprocess.PIPE,
    ) as worker:
        try:
            wait_for(lambda: not healthy.alive(str(file)))
            assert worker.poll() is None
        finally:
            worker.kill()
