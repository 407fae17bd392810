"""Documents that have taken their parser over, in real processes: what becomes of them, and that
nothing becomes of anything else."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tasks.jobs import Broke, Lost
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.result import Envelope
from workers.children import Child
from workers.sandbox import client, starting, wire
from workers.sandbox.client import Sandbox, isolation, verdict, was_crowded_out
from workers.sandbox.confine import Limits
from workers.sandbox.server import Ending
from workers.sandbox.starting import WARM
from workers.service import SANDBOX

HERE = Path(__file__).parent
#: Time enough for anything on a machine that has much to do.
LIMITS = Limits(memory_mib=256, cpu_seconds=30, wall_seconds=60)
#: As short as a test's patience.
HASTY = Limits(memory_mib=256, cpu_seconds=1, wall_seconds=2)
#: What a reader answers of a document.
PARTS = '{"document": {"format": "html"}, "report": null, "findings": [], "tables": []}'


@dataclass(frozen=True, slots=True)
class Host:
    """A process that forks servers, as `gouji up` has one."""

    door: Path
    child: Child

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self.child.pid)

    def again(self) -> None:
        """As the supervisor does where it has died."""
        while self.child.look() is None:
            time.sleep(0.05)
        self.child.start()


@contextmanager
def hosting(folder: Path, limits: Limits) -> Iterator[Host]:
    place = folder / "sandbox.sock"
    command = (*starting.HOST, *starting.told(limits, ("hostile:examine", WARM, str(HERE))))
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(place))
        door.listen()
        environ = starting.environ()
        child = Child(SANDBOX, environ, folder / "host.log", {SANDBOX.name: door}, command)
        child.start()
        try:
            yield Host(place, child)
        finally:
            child.kill()


@contextmanager
def reading(limits: Limits, door: Path | None = None) -> Iterator[Sandbox]:
    made = Sandbox(limits, examine="hostile:examine", paths=[HERE], door=door)
    made.start()
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with hosting(tmp_path_factory.mktemp("host"), LIMITS) as made:
        yield made


@pytest.fixture(scope="module", params=["own", "hosted"])
def sandbox(request: pytest.FixtureRequest, host: Host) -> Iterator[Sandbox]:
    with reading(LIMITS, host.door if request.param == "hosted" else None) as made:
        yield made


@pytest.fixture(scope="module", params=["own", "hosted"])
def hasty(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    with ExitStack() as stack:
        door = None
        if request.param == "hosted":
            door = stack.enter_context(hosting(tmp_path_factory.mktemp("hasty"), HASTY)).door
        yield stack.enter_context(reading(HASTY, door))


def does(sandbox: Sandbox, deed: str) -> str:
    said = sandbox(deed.encode(), "a.txt")["document"]["title"]
    assert isinstance(said, str)
    return said


def code_of(sandbox: Sandbox, deed: str) -> str:
    with pytest.raises(Refusal) as refused:
        sandbox(deed.encode(), "a.txt")
    return str(refused.value.code)


def in_force(name: str) -> bool:
    return next(measure.in_force for measure in isolation() if measure.name == name)


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("hog", "out_of_memory"),
        ("c_hog", "out_of_memory"),
        ("crash", "crashed"),
        ("abort", "crashed"),
        ("exit 0", "crashed"),
        ("exit 1", "crashed"),
        ("garbage {}", "crashed"),
        ("garbage no json", "crashed"),
        ('garbage {"done": {"document": {}}}', "crashed"),
        ('attach {"refused": {"code": "empty", "message": "", "message_en": ""}}', "crashed"),
        (f"attach {json.dumps({'done': json.loads(PARTS)})}", "crashed"),
        (f"boast {2**60}", "crashed"),
        ("refuse", "encrypted"),
    ],
)
def test_how_a_document_ends_its_process_is_its_refusal(
    sandbox: Sandbox, deed: str, code: str
) -> None:
    assert code_of(sandbox, deed) == code
    assert does(sandbox, "echo and the next one is read") == "and the next one is read"


@pytest.mark.parametrize("deed", ["loop", "sleep", "ignore_processor_time", f"boast {2**20}"])
def test_a_document_that_does_not_end_is_ended(hasty: Sandbox, deed: str) -> None:
    began = time.monotonic()
    assert code_of(hasty, deed) == "timeout"
    assert time.monotonic() - began < 30


def test_the_server_outlives_what_its_children_do(sandbox: Sandbox) -> None:
    does(sandbox, "echo")
    before = sandbox.pid
    for deed in ("crash", "hog", "exit 3"):
        code_of(sandbox, deed)
    assert sandbox.pid == before


@pytest.mark.parametrize(("deed", "kind"), [("defect", "KeyError"), ("recurse", "RecursionError")])
def test_where_our_program_breaks_the_exception_comes_out(
    sandbox: Sandbox, deed: str, kind: str
) -> None:
    with pytest.raises(Broke) as broke:
        sandbox(deed.encode(), "a.txt")
    assert broke.value.kind == kind
    assert any("hostile.py" in note for note in broke.value.__notes__)


def test_a_large_document_and_a_large_answer(sandbox: Sandbox) -> None:
    assert len(does(sandbox, "echo " + "x" * 5_000_000)) == 5_000_000
    assert len(does(sandbox, "huge 3000000")) == 3_000_000
    assert code_of(sandbox, f"huge {wire.MAX_ANSWER_BYTES // 3 + 1}") in (
        "crashed",
        "out_of_memory",
    )


def test_a_child_that_stays_after_its_answer_is_ended(sandbox: Sandbox) -> None:
    assert code_of(sandbox, "stay") == "empty"
    began = time.monotonic()
    assert does(sandbox, "echo") == ""
    assert time.monotonic() - began < LIMITS.wall_seconds / 2


# --- nothing goes out ----------------------------------------------------------------------


def test_what_the_worker_knows_is_not_there(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_S3_SECRET_KEY", "hunter2")
    fresh = Sandbox(LIMITS, examine="hostile:examine", paths=[HERE])
    names = does(fresh, "environment").split()
    fresh.close()
    allowed = {"PATH", "LANG", "PYTHONPATH", "LC_CTYPE"}
    assert {
        name for name in names if not name.endswith(("_NUM_THREADS", "_THREADS_NUM"))
    } <= allowed


def test_nothing_is_open_but_the_line(sandbox: Sandbox) -> None:
    with socket.socket() as held:
        os.set_inheritable(held.fileno(), True)
        assert does(sandbox, "descriptors") == "0 1 2 3"
        assert does(sandbox, "write_descriptors") == ""


@pytest.mark.skipif(sys.platform != "linux", reason="measures of Linux")
@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_no_socket_can_be_made(sandbox: Sandbox, family: str) -> None:
    if not in_force("system calls"):
        pytest.skip("system calls are not filtered here")
    assert does(sandbox, f"socket {family}").startswith("OSError")


def test_nobody_can_be_reached(sandbox: Sandbox) -> None:
    if not (in_force("network namespace") or in_force("system calls")):
        pytest.skip("neither is to be had here")
    with socket.create_server(("127.0.0.1", 0)) as door:
        host, port = door.getsockname()
        assert "Error" in does(sandbox, f"connect {host}:{port}")


@pytest.mark.parametrize("deed", ["fork", "run"])
def test_no_process_can_be_started(sandbox: Sandbox, deed: str) -> None:
    if not in_force("system calls") and os.getuid() == 0:
        pytest.skip("root may start as many as it likes")
    assert "Error" in does(sandbox, deed)


def test_no_file_can_be_written_or_read(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "credentials"
    secret.write_text("hunter2", encoding="utf-8")
    does(sandbox, f"write {tmp_path / 'new'}")
    does(sandbox, f"write {secret}")
    assert not (tmp_path / "new").exists() or not (tmp_path / "new").read_bytes()
    if in_force("file system"):
        assert "Error" in does(sandbox, f"write {secret}")
        assert secret.read_text(encoding="utf-8") == "hunter2"
        assert "Error" in does(sandbox, f"read {secret}")
        assert "Error" in does(sandbox, f"read /proc/{os.getpid()}/environ")
        assert "Error" in does(sandbox, "read /proc/self/environ")


def test_nobody_else_can_be_signalled(sandbox: Sandbox) -> None:
    if not in_force("system calls"):
        pytest.skip("system calls are not filtered here")
    assert "Error" in does(sandbox, f"kill {os.getpid()}")


# --- the worker stays as it was ------------------------------------------------------------


def test_the_worker_neither_grows_nor_leaks(sandbox: Sandbox) -> None:
    deeds = ["echo " + "x" * 1000, "crash", "defect", "hog", "exit 2", "refuse"]

    def round() -> None:
        for deed in deeds:
            try:
                sandbox(deed.encode(), "a.txt")
            except (Refusal, Broke):
                continue

    me = psutil.Process()
    round()
    gc.collect()
    open_files, memory = me.num_fds(), me.memory_info().rss
    for _ in range(3):
        round()
    gc.collect()
    assert me.num_fds() == open_files
    assert me.memory_info().rss - memory < 10 * 2**20
    assert len(psutil.Process(sandbox.pid).children()) <= 1, "the one that waits"


def test_a_server_that_was_killed_is_started_again_and_nobody_is_charged(sandbox: Sandbox) -> None:
    does(sandbox, "echo")
    assert sandbox.pid is not None
    os.kill(sandbox.pid, signal.SIGKILL)
    assert does(sandbox, "echo again") == "again"


def killing(pids: Callable[[], list[int]], ended: threading.Event) -> threading.Thread:
    def kill() -> None:
        while not ended.wait(0.3):
            for pid in pids():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def test_a_document_whose_process_is_killed_from_outside_again_and_again_is_lost(
    sandbox: Sandbox,
) -> None:
    def children() -> list[int]:
        return [child.pid for child in psutil.Process(sandbox.pid).children()]

    does(sandbox, "echo")
    ended = threading.Event()
    thread = killing(children, ended)
    try:
        with pytest.raises(Lost) as lost:
            sandbox(b"sleep", "a.txt")
        assert lost.value.last.code is RefusalCode.CRASHED
    finally:
        ended.set()
        thread.join()


def test_the_server_ends_with_its_worker(sandbox: Sandbox) -> None:
    fresh = Sandbox(LIMITS, examine="hostile:examine", paths=[HERE])
    fresh.start()
    assert fresh.pid is not None
    server = psutil.Process(fresh.pid)
    family = [server, *server.children()]
    # As when the worker was killed: its end of the line is closed, and nothing is said.
    assert fresh._server is not None
    fresh._server._line.close()
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive


class Interrupt(Exception):
    """As the soft time limit of Celery."""


def test_interrupted_in_the_middle_it_starts_afresh(sandbox: Sandbox) -> None:
    def interrupt(*_: object) -> None:
        raise Interrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(Interrupt):
            sandbox(b"sleep", "a.txt")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert does(sandbox, "echo fresh") == "fresh"


# --- one host for all ----------------------------------------------------------------------


def server_of(sandbox: Sandbox) -> psutil.Process:
    assert sandbox.pid is not None
    return psutil.Process(sandbox.pid)


def test_each_worker_has_a_server_of_its_own(host: Host) -> None:
    with reading(LIMITS, host.door) as one, reading(LIMITS, host.door) as other:
        assert {one.pid, other.pid} <= {child.pid for child in host.process.children()}
        assert one.pid != other.pid
        server_of(one).suspend()  # wedged, or in its document for long
        assert does(other, "echo goes on") == "goes on"


def test_a_server_that_is_wedged_is_ended_with_its_worker(host: Host) -> None:
    with reading(LIMITS, host.door) as one:
        server = server_of(one)
        server.suspend()
    _, alive = psutil.wait_procs([server], timeout=20)
    assert not alive


def test_what_ended_leaves_nothing_behind_in_the_host(host: Host) -> None:
    descriptors = host.process.num_fds()
    for _ in range(3):
        with reading(LIMITS, host.door) as one:
            does(one, "echo")
            family = [server_of(one), *server_of(one).children()]
        _, alive = psutil.wait_procs(family, timeout=20)
        assert not alive
    assert host.process.num_fds() == descriptors


@pytest.mark.parametrize("while_reading", [False, True])
def test_a_host_that_was_killed_is_started_again_and_nobody_is_charged(
    tmp_path: Path, while_reading: bool
) -> None:
    with hosting(tmp_path, LIMITS) as host, ExitStack() as stack:
        sandboxes = [stack.enter_context(reading(LIMITS, host.door)) for _ in range(2)]
        at_rest = server_of(sandboxes[0]).num_fds()
        said: list[str] = []
        threads = [
            threading.Thread(target=lambda box=box: said.append(does(box, "pause again")))
            for box in sandboxes
        ]
        if not while_reading:
            host.process.kill()
        for thread in threads:
            thread.start()
        if while_reading:
            # A process that has got its document is not among those that wait for one.
            while any(server_of(one).num_fds() == at_rest for one in sandboxes):
                time.sleep(0.02)
            host.process.kill()
        host.again()
        for thread in threads:
            thread.join(60)
        assert said == ["again", "again"]
        pids = {child.pid for child in host.process.children()}
        assert {one.pid for one in sandboxes} <= pids


def test_without_a_host_a_worker_reads_all_the_same(tmp_path: Path) -> None:
    nobody = tmp_path / "sandbox.sock"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(nobody))
    for place in (tmp_path / "none.sock", nobody, tmp_path / ("long" * 30)):
        with reading(LIMITS, place) as alone:
            assert does(alone, "echo alone") == "alone"
            assert server_of(alone).ppid() == os.getpid()


def test_a_host_that_does_not_answer_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "HOST_SECONDS", 0.5)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "sandbox.sock"))
        door.listen()
        with reading(LIMITS, tmp_path / "sandbox.sock") as alone:
            assert does(alone, "echo alone") == "alone"
            assert server_of(alone).ppid() == os.getpid()


def test_a_host_ends_with_its_supervisor_and_its_servers_with_their_workers(
    tmp_path: Path,
) -> None:
    with hosting(tmp_path, LIMITS) as host, reading(LIMITS, host.door) as one:
        process, server = host.process, server_of(one)
        assert host.child._line is not None
        host.child._line.close()  # as where the supervisor was killed
        psutil.wait_procs([process], timeout=20)
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        assert does(one, "echo still") == "still"
        assert one.pid == server.pid


# --- how an end is understood --------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (Ending(code=-signal.SIGKILL, late=True), RefusalCode.TIMEOUT),
        (Ending(code=-signal.SIGXCPU), RefusalCode.TIMEOUT),
        (Ending(code=-signal.SIGKILL, cpu_seconds=7.0), RefusalCode.TIMEOUT),
        (Ending(code=-signal.SIGKILL, oom_kill=True), RefusalCode.OUT_OF_MEMORY),
        (Ending(code=-signal.SIGKILL), None),
        (Ending(code=-signal.SIGSEGV, peak_kib=250 * 1024), RefusalCode.OUT_OF_MEMORY),
        (Ending(code=-signal.SIGSEGV, peak_kib=50 * 1024), RefusalCode.CRASHED),
        (Ending(code=1), RefusalCode.CRASHED),
    ],
)
def test_endings(ending: Ending, code: RefusalCode | None) -> None:
    assert verdict(ending, HASTY) is code


@pytest.mark.parametrize(
    ("ending", "crowded_out"),
    [
        (Ending(code=-signal.SIGKILL, oom_kill=True, peak_kib=250 * 1024), True),
        (Ending(code=-signal.SIGKILL, oom_kill=True, late=True), False),
        (Ending(code=-signal.SIGKILL), False),
        # Somebody else was ended at the same time, and this one by itself.
        (Ending(code=-signal.SIGSEGV, oom_kill=True), False),
    ],
)
def test_its_own_limit_and_its_neighbours(ending: Ending, crowded_out: bool) -> None:
    assert was_crowded_out(ending) is crowded_out


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"done": ' + PARTS + ', "refused": {}}',
        '{"done": ' + PARTS.replace("html", "exe") + "}",
        '{"done": ' + PARTS.replace("null", "7") + "}",
        '{"done": ' + PARTS.replace("}, ", '}, "source": {"key": "other"}, ', 1) + "}",
        '{"refused": {"code": "weather", "message": "", "message_en": ""}}',
        '{"refused": {"code": "empty", "message": 7, "message_en": ""}}',
        '{"broke": {"kind": "KeyError"}}',
        "1" * 5_000,
        "," * (wire.MAX_ANSWER_MARKS + 1),
    ],
)
def test_an_answer_that_is_none(said: str) -> None:
    with pytest.raises(wire.Garbage):
        wire.understand(said.encode(), b"", wire.parts_of)


def test_a_scan_that_is_left_says_so_and_nothing_else() -> None:
    left = wire.Extract(facts={"left": "scan"})
    assert wire.parts_or_left(left) == {}
    with pytest.raises(wire.Garbage):
        wire.parts_or_left(wire.Extract(facts=left.facts, attached=b"and more"))
    with pytest.raises(wire.Garbage):
        wire.parts_of(left)


def test_an_answer() -> None:
    understood = wire.understand(('{"done": ' + PARTS + "}").encode(), b"", wire.parts_of)
    assert isinstance(understood, dict)
    parts: Envelope = understood
    assert list(parts) == ["document", "report", "findings", "tables"]


def test_each_measure_says_why_it_is_not_in_force() -> None:
    measures = isolation()
    assert len({measure.name for measure in measures}) == len(measures) >= 10
    assert all(measure.in_force != bool(measure.why_not) for measure in measures)
    assert all(measure.against for measure in measures)
