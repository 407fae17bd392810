"""From `observe` to the text that Prometheus reads, with real sockets, forks and threads."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from storage import errors
from workers import observe as observing
from workers import scrape
from workers.board import Board, NotDeclared, declared, start_telling
from workers.metrics import METRICS, Process
from workers.observe import Observation, Stages, ToParent, observe, observe_all, understood


@pytest.fixture
def board() -> Iterator[Board]:
    made = Board([Process.WORKER])
    start_telling(made)
    yield made
    observing.tell_to(None)
    errors.heard_by(None)


def values(board: Board, name: str) -> dict[str, float]:
    """Labels as they are written -> value."""
    lines = (line for line in board.text().decode().splitlines() if not line.startswith("#"))
    split = (line.rpartition(" ") for line in lines)
    return {head.removeprefix(name): float(n) for head, _, n in split if head.startswith(name)}


def test_what_is_observed_is_told(board: Board) -> None:
    observe("gouji_refusals_total", code="empty")
    observe("gouji_refusals_total", 2, code="empty")
    assert values(board, "gouji_refusals_total")['{code="empty"}'] == 3
    observe("gouji_stage_duration_seconds", 0.07, format="pdf", stage="read")
    assert values(board, "gouji_stage_duration_seconds_sum") == {
        '{format="pdf",stage="read"}': 0.07
    }


def test_a_value_of_no_set_is_other_where_there_is_one(board: Board) -> None:
    observe("gouji_refusals_total", code="invented_next_year")
    assert values(board, "gouji_refusals_total")['{code="other"}'] == 1


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("gouji_refusals_total", {}),
        ("gouji_refusals_total", {"code": "empty", "key": "inbox/a.pdf"}),
        ("gouji_sandbox_ends_total", {"cause": "inbox/a.pdf"}),
        ("gouji_never_declared_total", {}),
        ("gouji_running_jobs", {"queue": "pdf"}),
    ],
)
def test_what_is_not_declared_is_not_told_and_does_no_harm(
    board: Board, name: str, labels: dict[str, str]
) -> None:
    before = board.text()
    observe_all([Observation(name, 1, labels), Observation("gouji_pool_processes_total", 1, {})])
    assert values(board, "gouji_pool_processes_total") == {"": 1}
    assert b"inbox" not in board.text()
    assert len(board.text().splitlines()) == len(before.splitlines())
    metric = METRICS.get(name)
    if metric is not None and name != "gouji_running_jobs":
        with pytest.raises(NotDeclared):
            declared(metric, labels)


def test_a_sink_that_breaks_breaks_nobody_else() -> None:
    def breaks(_: object) -> None:
        raise ZeroDivisionError

    observing.tell_to(breaks)
    try:
        observe("gouji_pool_processes_total")
    finally:
        observing.tell_to(None)


def test_a_gauge_that_cannot_be_asked_is_left_out(board: Board) -> None:
    board.ask("gouji_running_jobs", lambda: {("pdf",): 1 / 0})
    assert values(board, "gouji_running_jobs") == {}
    assert values(board, "gouji_build_info")
    board.put("gouji_running_jobs", {("pdf",): 2})
    assert values(board, "gouji_running_jobs") == {'{queue="pdf"}': 2}
    board.put("gouji_running_jobs", {})
    assert values(board, "gouji_running_jobs") == {}


def test_troubles_of_servers_are_counted_and_answers_are_not(board: Board) -> None:
    errors.tell("store", errors.Unavailable("away"))
    errors.tell("store", errors.Misconfigured("closed"))
    errors.tell("broker", errors.of_broker("ping", OSError()))
    for answer in (errors.NotFound(), errors.Conflict(), errors.Busy(), errors.TooLarge()):
        errors.tell("store", answer)
    told = values(board, "gouji_errors_total")
    assert {labels: n for labels, n in told.items() if n} == {
        '{kind="unavailable",server="store"}': 1,
        '{kind="misconfigured",server="store"}': 1,
        # Once where it was translated, once here.
        '{kind="unavailable",server="broker"}': 2,
    }


def test_seconds_of_a_stage_add_up() -> None:
    stages = Stages()
    for stage in ("fetch", "read", "read"):
        with stages.during(stage):
            pass
    taken = stages.taken()
    assert list(taken) == ["fetch", "read"]
    assert all(seconds >= 0 for seconds in taken.values())
    assert stages.taken() == {}


# --- children --------------------------------------------------------------------------------


def in_child(work: Callable[[], None]) -> None:
    """Do this in a fork of this process, which must end well."""
    child = os.fork()
    if child == 0:
        code = 1
        # Stuck, it would be waited for without an end.
        signal.alarm(120)
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0


def test_a_child_tells_its_parent(board: Board) -> None:
    to_parent = ToParent()
    in_child(lambda: observe("gouji_refusals_total", code="empty"))
    lost, told = understood(to_parent.receive())
    assert (lost, told) == (0, [Observation("gouji_refusals_total", 1.0, {"code": "empty"})])
    assert values(board, "gouji_refusals_total")['{code="empty"}'] == 0


def test_what_does_not_fit_is_dropped_and_the_next_message_says_so(board: Board) -> None:
    to_parent = ToParent()
    begun, goes_on = os.pipe(), os.pipe()

    def tell_too_much() -> None:
        for _ in range(5000):
            observe("gouji_pool_processes_total")
        os.write(begun[1], b".")
        os.read(goes_on[0], 1)
        observe("gouji_pool_processes_total")

    def read_all() -> None:
        os.read(begun[0], 1)
        heard = lost = 0
        while heard + lost < 5000:
            if heard == 1:
                os.write(goes_on[1], b".")
            before, told = understood(to_parent.receive())
            heard, lost = heard + len(told), lost + before
        assert lost > 0
        counted.append(heard + lost)

    counted: list[int] = []
    reader = threading.Thread(target=read_all)
    reader.start()
    in_child(tell_too_much)
    reader.join()
    assert counted[0] in (5000, 5001)


def test_a_parent_that_has_gone_is_no_reason_to_wait_or_to_break() -> None:
    to_parent = ToParent()
    to_parent._ours.close()
    to_parent.send([Observation("gouji_pool_processes_total", 1.0, {})])
    assert to_parent._lost == 1


@pytest.mark.parametrize(
    "message",
    [
        *(b"", b"[]", b"[1]", b"{}", b"[0, [[1]]]", b'[0, [["a", "b", {}]]]', b"\xff"),
        *(b"[" * 9000, b"[-1, []]", b"[NaN, []]", b"[1e999, []]", b"[1%s, []]" % (b"0" * 999)),
        *(b'[0, [["gouji_pool_processes_total", %s, {}]]]' % n for n in (b"NaN", b"-1", b"1e999")),
    ],
)
def test_a_message_that_is_none_counts_as_lost(board: Board, message: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        understood(message)
    board._understand(message)
    assert values(board, "gouji_observations_lost_total") == {"": 1}


def served(board: Board) -> str:
    opened = socket.create_server(("127.0.0.1", 0))
    scrape.serve(board, opened)
    return f"http://127.0.0.1:{opened.getsockname()[1]}"


def test_children_are_born_without_a_lock_that_others_held(board: Board) -> None:
    """While four threads read and one is told, a process is forked again and again, and each
    child takes what they take."""
    board.hear(ToParent())
    address, ended = served(board), threading.Event()

    def read() -> None:
        with httpx.Client() as client:
            while not ended.is_set():
                assert client.get(f"{address}/metrics").status_code == 200

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(40):
            in_child(lambda: (board.text(), observe("gouji_pool_processes_total")))
    finally:
        ended.set()
        for reader in readers:
            reader.join()
    end = time.monotonic() + 60
    while values(board, "gouji_pool_processes_total") != {"": 40}:
        assert time.monotonic() < end
        time.sleep(0.01)


# --- the endpoint ----------------------------------------------------------------------------


def test_only_metrics_are_there(board: Board) -> None:
    address = served(board)
    answer = httpx.get(f"{address}/metrics?name=x")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "gouji_build_info{" in answer.text
    assert httpx.head(f"{address}/metrics").text == ""
    for path in ("/", "/metrics/x", "/healthz", "/%6detrics"):
        assert httpx.get(address + path).status_code == 404
    assert httpx.post(f"{address}/metrics", content=b"x" * 100).status_code == 405


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01\x02", b"GET /metrics HTT", b"x" * 200_000])
def test_who_says_something_else_is_sent_away(board: Board, said: bytes) -> None:
    address = served(board)
    for _ in range(scrape.THREADS + 1):
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as asking:
            try:
                asking.sendall(said)
                asking.shutdown(socket.SHUT_WR)
                assert asking.recv(10) == b""
            except OSError:  # sent away in the middle of it
                continue
    assert httpx.get(f"{address}/metrics").status_code == 200


def test_who_says_nothing_keeps_the_others_waiting_for_a_while_only(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrape, "SECONDS", 0.2)
    address = served(board)
    place = ("127.0.0.1", int(address.rpartition(":")[2]))
    silent = [socket.create_connection(place) for _ in range(scrape.THREADS * 2)]
    assert httpx.get(f"{address}/metrics", timeout=60).status_code == 200
    for one in silent:
        one.close()
