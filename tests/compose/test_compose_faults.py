"""What fails on one host: processes are told to stop, killed, stopped in their tracks, lose their
data. Every document ends in its record all the same."""

from __future__ import annotations

import signal
import time

import arriving
from stack import Stack, status_of, until


def test_told_to_stop_in_the_middle_of_a_pdf_it_ends_that_first(
    stack: Stack, figures: dict[str, str]
) -> None:
    document = arriving.long("stopped/long.pdf")
    stack.drop([document])
    reader = until(lambda: stack.reader("worker-pdf"), "a PDF being read")
    assert reader is not None
    status = status_of(reader.pid)
    # Docker's filter of system calls, and the one of whoever parses; and no capability.
    assert (status["Seccomp"], status["Seccomp_filters"]) == ("2", "2")
    assert int(status["CapPrm"], 16) == 0
    assert stack.record(document.path) is None
    began = time.monotonic()
    stack.compose("stop", "worker-pdf")
    figures["stop in the middle of a PDF"] = f"took {time.monotonic() - began:.1f} s"
    state = stack.container("worker-pdf")["State"]
    assert (state["Running"], state["ExitCode"], state["OOMKilled"]) == (False, 0, False)
    # It alone could have written it.
    assert stack.wrong([document]) == {}
    stack.up()


def test_every_process_killed_while_documents_arrive(stack: Stack, figures: dict[str, str]) -> None:
    before = stack.starts()
    documents = arriving.mixed("killed", 64, seed=9)
    share = -(-len(documents) // len(stack.services))
    for number, service in enumerate(stack.services):
        stack.drop(documents[number * share : (number + 1) * share])
        stack.signal(service, signal.SIGKILL)
    began = time.monotonic()
    stack.until_ended("killed", len(documents))
    took = time.monotonic() - began
    assert stack.wrong(documents) == {}
    stack.until_well()
    after = stack.starts()
    assert {name: after[name] - before[name] for name in after} == dict.fromkeys(before, 1)
    figures["each process killed"] = (
        f"{len(before)} of them; {len(documents)} documents ended {took:.0f} s after the last"
    )


def test_the_brokers_volume_lost_with_documents_waiting(
    stack: Stack, figures: dict[str, str]
) -> None:
    workers = [name for name in stack.services if name.startswith("worker-")]
    stack.compose("stop", *workers)
    documents = arriving.mixed("lost", 64, seed=3)
    stack.drop(documents)
    waiting = "from storage.broker import Broker; import os; print(sum(Broker("
    waiting += "os.environ['GOUJI_BROKER_URL']).queue_lengths(['light', 'pdf', 'ocr']).values()))"
    until(lambda: int(stack.exec("site", "python", "-c", waiting)) > 0, "jobs that wait")
    # `keys`, which has ended, holds the volume as well: it gives it to its owner again.
    stack.compose("rm", "--force", "--stop", "valkey", "keys")
    stack.engine.docker("volume", "rm", "gouji_jobs")
    began = time.monotonic()
    stack.up()
    stack.until_ended("lost", len(documents))
    assert stack.wrong(documents) == {}
    took = time.monotonic() - began
    figures["the broker's volume lost"] = f"{len(documents)} ended {took:.0f} s after `up`"


ALIVE = "/tmp/alive"  # noqa: S108 - in a container
#: Older than any worker that lives leaves it.
_OLD = f"import os, time; os.utime('{ALIVE}', (time.time() - 3600,) * 2)"


#: Those of ours with a health check, a worker for all.
HANGING = ("worker-light", "listener", "site", "flower")


def test_what_hangs_is_unhealthy_then_ended_and_started_again(
    stack: Stack, figures: dict[str, str]
) -> None:
    before = stack.starts()
    for service in HANGING:
        stack.signal(service, signal.SIGSTOP)
    stack.exec("worker-light", "python", "-c", _OLD)  # as two minutes later
    began = time.monotonic()
    unhealthy, again = set[str](), dict[str, float]()

    def all_again() -> bool:
        for service in HANGING:
            container = stack.container(service)
            if container["State"]["Health"]["Status"] == "unhealthy":
                unhealthy.add(service)
            if container["RestartCount"] > before[service]:
                again.setdefault(service, time.monotonic() - began)
        return len(again) == len(HANGING)

    until(all_again, "started again, all that hung")
    assert unhealthy == set(HANGING)
    stack.until_well()
    told = ", ".join(f"{name} after {seconds:.0f} s" for name, seconds in again.items())
    figures["what hung was started again"] = told
    documents = arriving.quick("after", 2)
    stack.drop(documents)
    stack.until_ended("after", len(documents))
    assert stack.wrong(documents) == {}


def test_a_worker_that_only_lost_its_broker_is_left_alone(stack: Stack) -> None:
    before = stack.starts()
    stack.compose("stop", "valkey")
    stack.exec("worker-light", "python", "-c", _OLD)
    program = "/opt/gouji/deploy/healthy.py"
    assert stack.exec("worker-light", "python", program, "alive", ALIVE) == ""
    stack.up()
    document = arriving.quick("back", 1)
    stack.drop(document)
    stack.until_ended("back", 1)
    assert stack.starts()["worker-light"] == before["worker-light"]
