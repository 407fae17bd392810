"""GOUJI_HOME: the folder in which `gouji up` keeps what outlives it.

lock              held while a service runs on this folder
credentials.json  made at the first start, 0600; the service's passwords
up.json           where the running service is, 0600; removed when it has stopped
sandbox.sock      where those who read documents reach what reads them, 0600
logs/             what each process said
flower/           the jobs that Flower has seen
…                 the data of the embedded servers
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workers.cli.language import Said, reason

#: A log that has grown beyond this is moved to `<name>.log.1`.
LOG_BYTES = 16 << 20


def sandbox_door(folder: Path) -> Path:
    """Of a home; the supervisor makes it."""
    return folder / "sandbox.sock"


class HomeError(Exception):
    """The folder cannot be used; the message says what to do."""

    def __init__(self, message: Said) -> None:
        super().__init__(str(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Generated once a home: nobody has to invent a password to try the service."""

    webhook_token: str
    flower_password: str
    site_password: str

    @classmethod
    def new(cls) -> Credentials:
        return cls(
            webhook_token=secrets.token_urlsafe(30),
            flower_password=secrets.token_urlsafe(15),
            site_password=secrets.token_urlsafe(15),
        )


class Home:
    """The folder of one service, locked while this value is open."""

    def __init__(self, folder: Path) -> None:
        """Make and lock the folder. Raises `HomeError`."""
        self.folder = folder.resolve()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True, mode=0o700)
            self._lock = os.open(self.folder / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            why = reason(error)
            raise HomeError(
                Said(
                    f"{self.folder} 无法写入（{why.zh}）：请把 GOUJI_HOME 设为自己的文件夹",
                    f"{self.folder} cannot be written to ({why.en}):"
                    " set GOUJI_HOME to a folder of yours",
                )
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise HomeError(
                Said(
                    f"{self.folder} 上已有服务在运行：请先停止它，"
                    "或把 GOUJI_HOME 设为另一个文件夹再运行第二个",
                    f"a service runs on {self.folder} already: stop it, or set GOUJI_HOME to"
                    " another folder for a second one",
                )
            ) from None

    def close(self) -> None:
        os.close(self._lock)

    @property
    def sandbox(self) -> Path:
        return sandbox_door(self.folder)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def credentials(self) -> Credentials:
        """Those of the first start, and what versions since then have added. Raises `HomeError`."""
        path = self.folder / "credentials.json"
        try:
            kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
            credentials = Credentials(**{**asdict(Credentials.new()), **kept})
            if asdict(credentials) != kept:
                _write_private(path, asdict(credentials))
        except (OSError, ValueError, TypeError) as error:
            raise HomeError(
                Said(
                    f"{path} 不能使用（{error}）：请改正或删除它",
                    f"{path} cannot be used ({error}): correct or remove it",
                )
            ) from error
        return credentials

    @property
    def up(self) -> Path:
        return self.folder / "up.json"

    def write_up(self, said: Mapping[str, Any]) -> None:
        _write_private(self.up, said)

    def remove_up(self) -> None:
        self.up.unlink(missing_ok=True)

    def shorten_logs(self) -> None:
        """Move away what has grown too long; processes append to the emptied file."""
        for log in self.logs.glob("*.log"):
            if log.stat().st_size > LOG_BYTES:
                log.with_suffix(".log.1").write_bytes(log.read_bytes())
                os.truncate(log, 0)


def _write_private(path: Path, said: Mapping[str, Any]) -> None:
    """In one step, and never readable by others, not even for a moment."""
    written = path.with_suffix(".new")
    written.unlink(missing_ok=True)
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(said, file, indent=1)
        file.write("\n")
    written.replace(path)
