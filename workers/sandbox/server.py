"""The process of which those that parse are forked: `python -m workers.sandbox.server`.

It has the readers imported, and nothing of the worker: no connection, no credentials, no thread.
On its line to the worker it says once who it is and what is in force here, as a line of JSON. Then

    DOCUMENT          -> DOCUMENT and the line to a child, which answers one question;
                         NOTHING where no process can be had
    WHAT_BECAME       -> how that child ended, a line of JSON, once it has
    the line breaks   -> the worker is gone: so go the child and this process
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from workers.sandbox import confine
from workers.sandbox.child import Examine, parse
from workers.sandbox.confine import Limits, Measure

DOCUMENT, WHAT_BECAME, NOTHING = b"D", b"?", b"N"
#: The server asks for it: nothing is read and nothing is forked.
PROBE = "probe"
#: Signals to the whole group (Ctrl-C, an operator's kill) are the worker's business; it may
#: finish its documents, and this process ends when it does.
_NOT_OURS = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a child ended."""

    #: As of `os.waitstatus_to_exitcode`: a signal is negative.
    code: int
    #: It was killed because its time was up.
    late: bool = False
    #: The kernel ended some process for want of memory meanwhile.
    oom_kill: bool = False
    #: The most memory that it had at once.
    peak_kib: int = 0
    cpu_seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Child:
    pid: int
    #: The end of its line that the worker gets.
    line: socket.socket
    until: float = math.inf
    oom_kills: int = 0


class Server:
    def __init__(self, line: socket.socket, examine: Examine, limits: Limits) -> None:
        self._line = line
        self._examine = examine
        self._limits = limits
        self._resting_bytes = _address_space()
        #: Forked ahead and waiting for its question, so that nobody waits for the fork.
        self._spare: Child | None = None
        self._child: Child | None = None
        self._ending: Ending | None = None
        self._asked = False
        self._woken, self._waker = os.pipe()
        for end in (self._woken, self._waker):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Until the line breaks."""
        waiting = select.poll()
        waiting.register(self._line, select.POLLIN)
        waiting.register(self._woken, select.POLLIN)
        while True:
            if self._child is None and self._spare is None:
                self._spare = self._forked()
            ready = {descriptor for descriptor, _ in waiting.poll(self._patience())}
            if self._woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._woken, 512)
            self._look()
            if self._line.fileno() in ready and not self._listen():
                self._end_child()
                return
            if self._asked and self._ending is not None:
                self._tell(self._ending)

    def _patience(self) -> float | None:
        """Milliseconds until the child's time is up."""
        if self._child is None:
            return None
        return max(0.0, self._child.until - time.monotonic()) * 1000 + 1

    def _listen(self) -> bool:
        """False: the line broke."""
        try:
            message = self._line.recv(1)
        except ConnectionResetError:
            return False
        if message == DOCUMENT:
            self._hand_over()
        elif message == WHAT_BECAME:
            self._asked = True
        return bool(message)

    def _hand_over(self) -> None:
        """A fresh child to the worker."""
        # The worker has its answer; a child that is still there has no more to say.
        self._end_child()
        self._child, self._spare = self._spare or self._forked(), None
        self._ending = None
        if self._child is None:
            self._line.sendall(NOTHING)
            return
        self._child.until = time.monotonic() + self._limits.wall_seconds
        self._child.oom_kills = _oom_kills()
        with self._child.line as line:
            socket.send_fds(self._line, [DOCUMENT], [line.fileno()])

    def _tell(self, ending: Ending) -> None:
        self._asked = False
        self._line.sendall(json.dumps(asdict(ending)).encode() + b"\n")

    def _forked(self) -> Child | None:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                pid = os.fork()
            except OSError:
                ours.close()
                return None
            if pid == 0:
                try:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    parse(theirs.fileno(), self._examine, self._limits, self._resting_bytes)
                finally:
                    os._exit(1)
        return Child(pid=pid, line=ours)

    def _look(self) -> None:
        """Whether the child has ended, or must."""
        child = self._child
        if child is None or self._reaped(child, os.WNOHANG):
            return
        if time.monotonic() >= child.until:
            os.kill(child.pid, signal.SIGKILL)
            self._reaped(child, 0, late=True)

    def _reaped(self, child: Child, options: int, *, late: bool = False) -> bool:
        pid, status, usage = os.wait4(child.pid, options)
        if pid == 0:
            return False
        self._child = None
        self._ending = Ending(
            code=os.waitstatus_to_exitcode(status),
            late=late,
            oom_kill=_oom_kills() > child.oom_kills,
            peak_kib=usage.ru_maxrss,
            cpu_seconds=round(usage.ru_utime + usage.ru_stime, 3),
        )
        return True

    def _end_child(self) -> None:
        if self._child is not None:
            os.kill(self._child.pid, signal.SIGKILL)
            self._reaped(self._child, 0)


def measures(limits: Limits, resting_bytes: int) -> tuple[Measure, ...]:
    """What is in force in a child: as one that is forked for it says."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            found = [*confine.limit(limits, resting_bytes), confine.filter_calls()]
            os.write(theirs, json.dumps(found).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as told:
        said = told.read()
    os.waitpid(pid, 0)
    return tuple(Measure(*one) for one in json.loads(said))


_VMSTAT = Path("/proc/vmstat")
_vmstat: int | None = None


def _watch_oom_kills() -> None:
    """While files may still be opened."""
    global _vmstat
    with contextlib.suppress(OSError):
        _vmstat = os.open(_VMSTAT, os.O_RDONLY | os.O_CLOEXEC)
    # The child is what must go where memory is short, not the worker.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def _oom_kills() -> int:
    """How many processes the kernel has ended for want of memory, in whatever group."""
    if _vmstat is None:
        return 0
    for line in os.pread(_vmstat, 1 << 16, 0).splitlines():
        if line.startswith(b"oom_kill "):
            return int(line.split()[1])
    return 0


_statm: int | None = None


def _address_space() -> int:
    """Bytes that this process has mapped; 0 where that is not told."""
    if _statm is None:
        return 0
    return int(os.pread(_statm, 256, 0).split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _watch_own_size() -> None:
    global _statm
    with contextlib.suppress(OSError):
        _statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A process that is warm, and has given up what it does not need."""

    #: None: of a probe.
    examine: Examine | None
    limits: Limits
    measures: tuple[Measure, ...]

    def serve(self, line: socket.socket) -> None:
        """Until the line breaks."""
        greeting = {"pid": os.getpid(), "measures": self.measures}
        line.sendall(json.dumps(greeting).encode() + b"\n")
        if self.examine is not None:
            Server(line, self.examine, self.limits).serve()


def ready(arguments: list[str]) -> Ready:
    """LIMITS EXAMINE WARM PATH…, as of `starting.told`; PROBE for EXAMINE: only say what is
    in force."""
    limits = Limits(**json.loads(arguments[0]))
    (examine_name, warm_name), paths = arguments[1:3], arguments[3:]
    for name in _NOT_OURS:
        signal.signal(name, signal.SIG_IGN)
    _watch_oom_kills()
    _watch_own_size()
    found = confine.leave_host()
    sys.path.extend(paths)
    examine = None if examine_name == PROBE else _warmed(examine_name, warm_name)
    found += (confine.leave_files(("tasks", "workers", "storage", *_module_of(examine_name))),)
    found += measures(limits, _address_space())
    gc.collect()
    gc.freeze()
    return Ready(examine=examine, limits=limits, measures=found)


def main(arguments: list[str]) -> None:
    """LINE, and what `ready` takes."""
    line = socket.socket(fileno=int(arguments[0]))
    line.set_inheritable(False)
    ready(arguments[1:]).serve(line)


def _warmed(examine_name: str, warm_name: str) -> Examine:
    """What is asked of documents, with all that it is going to need imported."""
    _named(warm_name)()
    examine: Examine = _named(examine_name)
    return examine


def _named(name: str) -> Callable[..., Any]:
    """The function `module:name`."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def _module_of(name: str) -> tuple[str, ...]:
    module, separator, _ = name.partition(":")
    return (module,) if separator else ()


if __name__ == "__main__":
    main(sys.argv[1:])
