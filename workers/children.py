"""The processes of `gouji up`: each a `gouji` command of the same interpreter, tethered.

A child leads a process group of its own, so that Ctrl-C reaches the supervisor alone, and
so that whatever a child leaves behind when it dies can be ended with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workers.tether import READY

#: The same interpreter, whatever is first on the PATH, and our own packages (-P), whatever
#: the working directory holds.
COMMAND = (sys.executable, "-P", "-m", "workers.cli")
#: A child that dies is started again after so many seconds, the last again and again.
BACKOFF_SECONDS = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
#: A child that ran this long has earned a fresh start.
STEADY_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One process of the service, and its place in the order of stopping."""

    name: str
    arguments: tuple[str, ...]
    #: Lower waves are told to stop first, and have ended before the next are told.
    wave: int
    #: How long it may take over stopping before it is killed.
    patience_seconds: float
    #: Option by which it is given a listening socket, and the name of that; sockets outlive it:
    #: who connects while it is started again waits, instead of being turned away.
    doors: tuple[tuple[str, str], ...] = ()


class Child:
    """One role, being played: started, watched, started again."""

    def __init__(
        self,
        role: Role,
        environ: Mapping[str, str],
        log: Path,
        doors: Mapping[str, socket.socket] | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        """`doors` are listening sockets by their names, those of the role among them."""
        self._command = command
        self.role = role
        self._doors = {option: (doors or {})[name] for option, name in role.doors}
        self.ready = False
        self.deaths = 0
        self.environ = environ
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._started = 0.0
        self._log_from = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs, self._log.open("ab") as log:
            self._log_from = log.tell()
            # The interpreter and the arguments are ours; secrets travel in the environment.
            self._process = subprocess.Popen(  # noqa: S603
                [*self._command, *self.role.arguments, *self._options(theirs)],
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[given.fileno() for given in (theirs, *self._doors.values())],
                start_new_session=True,
            )
        self._line, self._started, self.ready = ours, time.monotonic(), False

    def look(self) -> int | None:
        """Take note of readiness; the exit code once it has died, then None again."""
        if self._process is None:
            return None
        self._listen()
        code = self._process.poll()
        if code is None:
            return None
        self._bury()
        steady = time.monotonic() - self._started > STEADY_SECONDS
        self.deaths = 1 if steady else self.deaths + 1
        return code

    def delay_seconds(self) -> float:
        """How long to wait before it is started again."""
        return backoff_seconds(self.deaths)

    def last_words(self) -> str:
        """The last line it logged since it was started, for people."""
        with self._log.open("rb") as log:
            log.seek(self._log_from)
            lines = log.read().decode(errors="replace").strip().splitlines()
        return lines[-1].removeprefix("gouji: ") if lines else ""

    def tell(self) -> None:
        """Ask it to finish what it has begun and stop."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    def gone(self) -> bool:
        if self._process is None:
            return True
        if self._process.poll() is None:
            return False
        self._bury()
        return True

    def kill(self) -> None:
        """End it and all it has started, now."""
        if self._process is not None:
            _kill_group(self._process.pid)
            self._process.wait()
            self._bury()

    def _options(self, tether: socket.socket) -> list[str]:
        named = {"--tether": tether, **self._doors}
        return [word for option, given in named.items() for word in (option, str(given.fileno()))]

    def _listen(self) -> None:
        if self.ready or self._line is None:
            return
        with contextlib.suppress(BlockingIOError, ConnectionError):
            self.ready = self._line.recv(len(READY)) == READY

    def _bury(self) -> None:
        """A process that died in mid-work leaves its pool behind."""
        if self._process is not None:
            _kill_group(self._process.pid)
        if self._line is not None:
            self._line.close()
        self._process, self._line, self.ready = None, None, False


def backoff_seconds(deaths: int) -> float:
    """After so many deaths in a row, from 1."""
    return BACKOFF_SECONDS[min(deaths, len(BACKOFF_SECONDS)) - 1]


def stop(children: Iterable[Child], hurried: Callable[[], bool]) -> None:
    """Wave by wave: told, waited for, killed when their patience is over.

    `hurried` is called again and again; once it answers true nobody is waited for.
    """
    waiting = sorted(children, key=lambda child: child.role.wave)
    for wave in sorted({child.role.wave for child in waiting}):
        _stop_wave([child for child in waiting if child.role.wave == wave], hurried)


def _stop_wave(wave: list[Child], hurried: Callable[[], bool]) -> None:
    for child in wave:
        child.tell()
    told = time.monotonic()
    while any(not child.gone() for child in wave):
        for child in wave:
            if hurried() or time.monotonic() - told > child.role.patience_seconds:
                child.kill()
        time.sleep(0.05)


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
