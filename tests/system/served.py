"""The installed command and a plain S3 client: nothing here imports the project."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.config import Config

#: The script beside the interpreter that runs the tests.
GOUJI = Path(sys.executable).parent / "gouji"
#: Quick enough for a test; none of them changes what is done, only when.
HASTE = {
    "GOUJI_SWEEP_SECONDS": "1",
    "GOUJI_ENQUEUED_SECONDS": "2",
    "GOUJI_LEASE_SECONDS": "3",
}


def environment(home: Path, **more: str) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("GOUJI_")}
    return others | {"GOUJI_HOME": str(home), "GOUJI_LANG": "en"} | more


def gouji(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(GOUJI), *arguments],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=180,
    )


def until(met: Callable[[], Any], seconds: float = 90.0) -> Any:
    """What `met` answers once it is true."""
    end = time.monotonic() + seconds
    while not (answer := met()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)
    return answer


def is_gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Up:
    """A running `gouji up`."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        began = time.monotonic()
        self._log = (home.parent / f"{home.name}.out").open("a+")
        self.process = subprocess.Popen(
            [str(GOUJI), "up"], env=environment(home, **settings), stderr=self._log
        )
        until(lambda: self._written() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        self.ready_seconds = time.monotonic() - began
        self.up: dict[str, Any] = json.loads((home / "up.json").read_text())
        self.processes = [
            psutil.Process(self.process.pid),
            *psutil.Process(self.process.pid).children(recursive=True),
        ]
        s3 = self.up["s3"]
        self.bucket = s3["bucket"]
        self.s3 = boto3.client(
            "s3",
            endpoint_url=s3["endpoint"],
            aws_access_key_id=s3["access_key"],
            aws_secret_access_key=s3["secret_key"],
            region_name="us-east-1",
            config=Config(proxies={}, retries={"mode": "standard"}),
        )

    def _written(self) -> bool:
        """By this one: up.json of a killed predecessor names another process."""
        try:
            up = json.loads((self.home / "up.json").read_text())
        except FileNotFoundError:
            return False
        return bool(up["pids"]["up"] == self.process.pid)

    def said(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def pid(self, name: str) -> int | None:
        """As it is now: a process that died has a new one, after a moment without."""
        pid: int | None = json.loads((self.home / "up.json").read_text())["pids"].get(name)
        return pid

    def kill(self, name: str) -> Callable[[], bool]:
        """Whether it has been started again since is what can be asked then."""
        before = self.pid(name)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        return lambda: self.pid(name) not in (None, before)

    def put(self, path: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=f"inbox/{path}", Body=body)

    def get(self, key: str) -> dict[str, Any] | None:
        try:
            stored = self.s3.get_object(Bucket=self.bucket, Key=key)
        except self.s3.exceptions.NoSuchKey:
            return None
        return dict(json.loads(stored["Body"].read()))

    def result(self, path: str) -> dict[str, Any] | None:
        return self.get(f"results/{path}/result.json")

    def failure(self, path: str) -> dict[str, Any] | None:
        return self.get(f"failed/{path}.json")

    def elsewhere(self, **other: str) -> dict[str, str]:
        """Settings of another service that has its servers here."""
        s3 = self.up["s3"]
        return {
            "GOUJI_S3_ENDPOINT": s3["endpoint"],
            "GOUJI_S3_BUCKET": s3["bucket"],
            "GOUJI_S3_ACCESS_KEY": s3["access_key"],
            "GOUJI_S3_SECRET_KEY": s3["secret_key"],
            "GOUJI_BROKER_URL": self.up["broker"],
        } | other

    def stop(self, by: signal.Signals = signal.SIGTERM) -> float:
        """Seconds until it has ended, and every process of it, unless it had before."""
        began = time.monotonic()
        if self.process.poll() is None:
            processes = [*self.processes, *self.processes[0].children(recursive=True)]
            self.process.send_signal(by)
            self.process.wait(timeout=90)
            assert self.process.returncode == 0, self.said()
            assert [process for process in processes if not is_gone(process)] == []
            assert not (self.home / "up.json").exists()
        self._log.close()
        return time.monotonic() - began
