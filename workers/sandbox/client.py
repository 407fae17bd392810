"""The worker's side: documents in, what was read of them out, whatever they do on the way."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog

from storage.errors import Unavailable
from tasks.jobs import Broke, Lost
from tasks.model.refusal import Refusal, RefusalCode, ended
from tasks.model.scans import ScanLeft, Scans
from tasks.render import result
from workers.observe import observe
from workers.sandbox import wire
from workers.sandbox.confine import Limits, Measure
from workers.sandbox.crowd import Crowd
from workers.sandbox.server import DOCUMENT, NOTHING, PROBE, WHAT_BECAME, Ending
from workers.sandbox.starting import EXAMINE, SERVER, WARM, WARM_FOR_SCANS, environ, told

if TYPE_CHECKING:
    from tasks.unpack import Portion

#: Until the server has imported the readers, on a machine with much to do.
START_SECONDS = 120.0
#: Until the one host of all workers has forked a server, and perhaps been started again before.
HOST_SECONDS = 30.0
#: The server ends a child when its time is up; this long after, the server itself is stuck.
GRACE_SECONDS = 15.0
#: Signals by which a library ends its process when it gets no memory.
_GAVE_UP = (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP)
#: What of its memory such a process has used for that to be the likely reason.
_MOST_OF_MEMORY = 0.75

log = structlog.get_logger("gouji")


#: What is said of a document that the kernel ended though nobody else was read.
_MORE_THAN_THERE_IS = Refusal(
    RefusalCode.OUT_OF_MEMORY,
    "单独处理该文件时内存仍然不足，请拆分文件，或增加内存后重新处理",
    "read alone, it takes more memory than there is here: split it, or give the worker more"
    " memory and have it processed again",
)


A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class _Question(Generic[A]):
    body: bytes
    name: str
    wish: wire.Wish
    check: wire.Check[A]


class Gone(Exception):
    """The server ended, or does not answer."""


class CrowdedOut(Exception):
    """The kernel ended a document for want of memory that was not its own limit's: its
    neighbours had a part in it, if it had any."""


class Enclosure:
    """A function of ours, in a process of its own for each document."""

    def __init__(
        self,
        limits: Limits,
        *,
        examine: str,
        warm: str,
        paths: Sequence[Path] = (),
        crowd: Crowd | None = None,
        door: Path | None = None,
    ) -> None:
        """`examine` and what is done once before the first fork, as `module:function`; `paths`:
        where to look for it besides; `crowd`: who shares the memory with it, unless told
        otherwise those forked from this process; `door`: of a host (`host.py`) that is warm with
        the same and has the same limits. Without one, or where it does not answer, the server is
        our own."""
        self._limits = limits
        self._door = door
        self._arguments = (examine, warm, *map(str, paths))
        self._crowd = crowd or Crowd()
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._told = False

    def ask(self, check: wire.Check[A], body: bytes, name: str, **wish: str | int | None) -> A:
        """What `check` makes of the answer. `wish`: what is asked besides.

        Raises Refusal, also for a document that ended its process; `Broke` where our program
        broke on it; `Lost` where something from outside seems to have ended the process, twice;
        Unavailable where there can be no process.
        """
        with self._lock:
            answer = self._answer(_Question(body, name, wish, check))
        if isinstance(answer, Refusal):
            raise answer
        if isinstance(answer, wire.Breakdown):
            raise Broke(answer.kind, answer.message, answer.traceback)
        if answer is None:
            raise Lost(ended(RefusalCode.CRASHED))
        return answer

    def begin(self) -> None:
        """Start the server and don't wait for it."""
        if self._server is None:
            self._server = self._hosted() or _started(self._limits, self._arguments)

    def _hosted(self) -> _Server | None:
        """One that the host forks for us."""
        if self._door is None:
            return None
        try:
            return _connected(self._door, self._limits)
        except OSError as error:
            log.warning("sandbox.alone", message=str(error))
            return None

    def start(self) -> tuple[Measure, ...]:
        """Have the server ready; what is in force in it. Raises Unavailable."""
        return self._started().measures

    def close(self) -> None:
        if self._server is not None:
            self._server.end()
            self._server = None

    @property
    def pid(self) -> int | None:
        """Of the server, while there is one."""
        return self._server.pid if self._server else None

    def _answer(self, question: _Question[A]) -> A | Refusal | wire.Breakdown | None:
        try:
            with self._crowd.among():
                return self._ask_twice(question)
        except CrowdedOut:
            log.warning("sandbox.crowded_out")
        try:
            with self._crowd.alone():
                return self._ask_twice(question)
        except CrowdedOut:
            return _MORE_THAN_THERE_IS

    def _ask_twice(self, question: _Question[A]) -> A | Refusal | wire.Breakdown | None:
        """Once more where the process was ended, but not by the document: by a kill from
        outside, or because the server went. Raises CrowdedOut."""
        answer = self._ask(question)
        if answer is not None:
            return answer
        return self._ask(question)

    def _ask(self, question: _Question[A]) -> A | Refusal | wire.Breakdown | None:
        """None: the document seems not to be the reason why there is no answer."""
        try:
            server = self._started()
            answer = server.ask(question)
        except wire.Garbage as error:
            # Whatever wrote that may still be there.
            self.close()
            log.warning("sandbox.garbage", message=str(error))
            _tell("garbage")
            return ended(RefusalCode.CRASHED)
        except Gone:
            self.close()
            log.warning("sandbox.gone")
            _tell("gone")
            return None
        except Unavailable:
            _tell("unavailable")
            raise
        except BaseException:
            # Interrupted in the middle, as by a time limit of Celery: where things stand is
            # not known any more.
            self.close()
            _tell("interrupted")
            raise
        if isinstance(answer, Ending):
            return self._verdict(answer)
        _tell("broke" if isinstance(answer, wire.Breakdown) else "answered")
        return answer

    def _verdict(self, ending: Ending) -> Refusal | None:
        log.warning("sandbox.ended", **asdict(ending))
        if was_crowded_out(ending):
            _tell("crowded_out")
            raise CrowdedOut
        code = verdict(ending, self._limits)
        _tell("killed" if code is None else str(code))
        return None if code is None else ended(code)

    def _started(self) -> _Server:
        self.begin()
        server = self._server
        assert server is not None  # noqa: S101 - begin() saw to it
        if server.measures:
            return server
        try:
            server.hear_measures()
        except Unavailable as error:
            self.close()
            if not server.is_hosted:
                raise
            log.warning("sandbox.alone", message=str(error))
            self._server = _started(self._limits, self._arguments)
            return self._started()
        except BaseException:
            self.close()
            raise
        self._tell(server.measures)
        return server

    def _tell(self, measures: tuple[Measure, ...]) -> None:
        """Once: how the host keeps documents from less than it could."""
        missing = {one.name: one.why_not for one in measures if not one.in_force}
        if missing and not self._told:
            log.warning("sandbox.open", missing=missing)
        self._told = True


class Sandbox(Enclosure):
    """`examine` of a `Workplace`: documents are read in it."""

    def __init__(
        self,
        limits: Limits,
        *,
        examine: str = EXAMINE,
        scans: Scans = Scans.LEAVE,
        paths: Sequence[Path] = (),
        crowd: Crowd | None = None,
        door: Path | None = None,
    ) -> None:
        """`scans`: models are loaded only where they are read."""
        warm = WARM_FOR_SCANS if scans is Scans.READ else WARM
        super().__init__(limits, examine=examine, warm=warm, paths=paths, crowd=crowd, door=door)
        self.scans = scans

    def __call__(self, body: bytes, name: str) -> result.Envelope:
        """The parts of its result. Raises as `ask`, and ScanLeft."""
        if self.scans is not Scans.LEAVE:
            return self.ask(wire.parts_of, body, name, scans=str(self.scans))
        parts = self.ask(wire.parts_or_left, body, name)
        if not parts:
            raise ScanLeft
        return parts

    def unpack(self, body: bytes, name: str, after: int) -> Portion:
        """What is in an archive, from the member of this number on. Raises as `ask`."""
        # Most workers never see one.
        from workers.sandbox import work

        return self.ask(lambda extract: work.portion_of(extract, after), body, name, after=after)


def _tell(cause: str) -> None:
    observe("gouji_sandbox_ends_total", cause=cause)


def verdict(ending: Ending, limits: Limits) -> RefusalCode | None:
    """What a document did that ended its process so; None: something else ended it."""
    if ending.late or ending.code == -signal.SIGXCPU or ending.cpu_seconds > limits.cpu_seconds:
        return RefusalCode.TIMEOUT
    if ending.code == -signal.SIGKILL:
        # By the kernel for want of memory, or by a hand from outside.
        return RefusalCode.OUT_OF_MEMORY if ending.oom_kill else None
    used = ending.peak_kib * 1024 / (limits.memory_mib * 2**20)
    if -ending.code in _GAVE_UP and used > _MOST_OF_MEMORY:
        return RefusalCode.OUT_OF_MEMORY
    return RefusalCode.CRASHED


def was_crowded_out(ending: Ending) -> bool:
    """Whether the kernel ended it for want of memory. Its own limit ends no process so: that
    one lets an allocation fail."""
    return ending.code == -signal.SIGKILL and ending.oom_kill and not ending.late


def isolation() -> tuple[Measure, ...]:
    """What keeps documents in on this host, and what does not and why."""
    server = _started(Limits(), (PROBE, PROBE))
    try:
        server.hear_measures()
    finally:
        server.end()
    return server.measures


def _started(limits: Limits, arguments: Sequence[str]) -> _Server:
    """A server of our own. Raises Unavailable."""
    ours, theirs = socket.socketpair()
    with theirs:
        line = theirs.fileno()
        try:
            # The interpreter and the arguments are ours.
            process = subprocess.Popen(  # noqa: S603
                [*SERVER, str(line), *told(limits, arguments)],
                env=environ(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[line],
            )
        except OSError as error:
            ours.close()
            raise Unavailable(f"the sandbox does not start: {error}") from error
    return _Server(ours, limits, process)


def _connected(door: Path, limits: Limits) -> _Server:
    """A server that the host behind the door forks. Raises OSError."""
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(HOST_SECONDS)
        line.connect(str(door))
        _check_owner(line)
    except BaseException:
        line.close()
        raise
    return _Server(line, limits, None)


def _check_owner(line: socket.socket) -> None:
    """Who listens there must be who we are: documents are handed over. Raises OSError."""
    if not hasattr(socket, "SO_PEERCRED"):
        raise PermissionError("who listens is not known here")
    size = struct.calcsize("3i")
    _, user, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    if user != os.getuid():
        raise PermissionError("another user listens there")


class _Server:
    """A running server, and the line to it."""

    def __init__(
        self, line: socket.socket, limits: Limits, process: subprocess.Popen[bytes] | None
    ) -> None:
        """`process`: of our own server; None where the host has forked it."""
        #: Empty until it has said that it is ready.
        self.measures: tuple[Measure, ...] = ()
        self.pid = process.pid if process else None
        self.is_hosted = process is None
        self._line = line
        self._process = process
        #: By which a process that is no child of ours is ended, and no other that has its number.
        self._handle: int | None = None
        self._patience = limits.wall_seconds + GRACE_SECONDS

    def hear_measures(self) -> None:
        """Wait until it is ready. Raises Unavailable."""
        self._line.settimeout(HOST_SECONDS if self.is_hosted else START_SECONDS)
        try:
            said = self._hear()
        except Gone as error:
            raise Unavailable("the sandbox does not start; see stderr") from error
        if self.is_hosted:
            self.pid = said["pid"]
            with contextlib.suppress(OSError):  # an old kernel: it then ends with the host only
                self._handle = os.pidfd_open(said["pid"])
        self.measures = tuple(Measure(*one) for one in said["measures"])

    def ask(self, question: _Question[A]) -> A | Refusal | wire.Breakdown | Ending:
        """The answer, or how it ended without one. Raises Garbage, Gone."""
        self._say(DOCUMENT)
        with self._child() as ours:
            ours.settimeout(self._patience)
            try:
                # A child that ends before it has read all of it is heard of below.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    ours.sendall(wire.question(question.body, question.name, question.wish))
                    ours.sendall(question.body)
                said = _received(ours)
            except TimeoutError as error:
                raise Gone from error
        if said is not None:
            return wire.understand(*said, question.check)
        self._say(WHAT_BECAME)
        self._line.settimeout(self._patience)
        ending = Ending(**self._hear())
        if ending.code == 0:
            raise wire.Garbage("an end without an answer")
        return ending

    def end(self) -> None:
        """It ends its child and itself when the line breaks."""
        self._line.close()
        if self._process is not None:
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        elif self._handle is not None:
            handle, self._handle = self._handle, None
            _end_other(handle)

    def _child(self) -> socket.socket:
        """The line to a process that waits for its question."""
        try:
            message, descriptors, _, _ = socket.recv_fds(self._line, 1, 1)
        except OSError as error:
            raise Gone from error
        if message == NOTHING:
            raise Unavailable("the sandbox cannot start a process")
        if not descriptors:
            raise Gone
        return socket.socket(fileno=descriptors[0])

    def _say(self, message: bytes) -> None:
        try:
            self._line.sendall(message)
        except OSError as error:
            raise Gone from error

    def _hear(self) -> Any:
        """One line of JSON."""
        said = b""
        try:
            while not said.endswith(b"\n"):
                heard = self._line.recv(65536)
                if not heard:
                    raise Gone
                said += heard
        except OSError as error:
            raise Gone from error
        return json.loads(said)


def _end_other(handle: int) -> None:
    """A process that is no child of ours, given a while to end by itself."""
    ending = select.poll()
    ending.register(handle, select.POLLIN)
    try:
        if not ending.poll(2000):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            ending.poll(2000)
    except ProcessLookupError:
        pass
    finally:
        os.close(handle)


def _received(line: socket.socket) -> tuple[bytes, bytes] | None:
    """One whole answer and what is attached; None where the line ends before. Raises Garbage,
    TimeoutError."""
    try:
        head = wire.read_exactly(line.recv, wire.ANSWER_HEAD_BYTES)
        said, attached = wire.answer_lengths(head)
        return wire.read_exactly(line.recv, said), wire.read_exactly(line.recv, attached)
    except (EOFError, ConnectionResetError):
        return None
