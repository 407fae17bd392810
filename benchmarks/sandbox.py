"""What the sandbox costs: `python benchmarks/sandbox.py [DOCUMENTS]`.

The same small reports are examined in this process and in the sandbox, turn about, so that what
else the machine does falls on both. Printed for each format: milliseconds a document (median)
both ways, their difference and their ratio; in the sandbox also as a worker has it, which does
something else between two documents while the next child is forked; and processor time, which
is the same on a busy machine.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from samples import make_report, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render import result
from workers.sandbox import warm
from workers.sandbox.client import Sandbox
from workers.sandbox.confine import Limits

#: What a worker does between two documents: fetching one, writing the other's result.
BETWEEN_SECONDS = 0.02
#: Bytes and name.
Document = tuple[bytes, str]
STYLES = ((Format.HTML, "cms"), (Format.DOCX, "plain"), (Format.PDF, "ruled"))


def here(body: bytes, name: str) -> result.Envelope:
    """As in the sandbox: the answer is written as JSON and read again."""
    told = result.dumps(result.parts(examine(body, name)))
    return result.loads(told)


def timed(what: Callable[[bytes, str], Any], body: bytes, name: str) -> float:
    began = time.perf_counter()
    what(body, name)
    return (time.perf_counter() - began) * 1000


def processor_seconds(sandbox: Sandbox) -> float:
    """Of this process, of the server and of all its children that have ended."""
    times = psutil.Process(sandbox.pid).cpu_times()
    return (
        time.process_time()
        + times.user
        + times.system
        + times.children_user
        + (times.children_system)
    )


def processor_ms(what: Callable[[bytes, str], Any], sandbox: Sandbox, told: Document) -> float:
    """A document; enough of them for the kernel's clock, which ticks at 10 ms."""
    before, count = processor_seconds(sandbox), 0
    while count < 20 or processor_seconds(sandbox) - before < 0.4:
        what(*told)
        count += 1
    time.sleep(0.1)
    return (processor_seconds(sandbox) - before) / count * 1000


def measure(sandbox: Sandbox, body: bytes, name: str, count: int) -> None:
    for what in (here, sandbox):
        what(body, name)
    inside, outside, rested = [], [], []
    for _ in range(count):
        outside.append(timed(here, body, name))
        inside.append(timed(sandbox, body, name))
        time.sleep(BETWEEN_SECONDS)
        rested.append(timed(sandbox, body, name))
    plain, busy, calm = map(statistics.median, (outside, inside, rested))
    alone, kept = (processor_ms(what, sandbox, (body, name)) for what in (here, sandbox))
    print(
        f"{name:12} {len(body):7} B  here {plain:6.1f} ms"
        f"  sandbox {calm:6.1f} ms (+{calm - plain:.1f} ms, x{calm / plain:.2f})"
        f"  one right after another {busy:6.1f} ms (+{busy - plain:.1f} ms)"
        f"  processor {alone:.1f} -> {kept:.1f} ms (+{kept - alone:.1f} ms)"
    )


def main(count: int) -> None:
    began = time.perf_counter()
    sandbox = Sandbox(Limits())
    sandbox.start()
    print(f"server ready after {time.perf_counter() - began:.2f} s")
    for name, make in warm.FORMATS.items():
        measure(sandbox, make(), name, count)
    for format, style in STYLES:
        body = render(make_report(7, year=2023), format, style)
        measure(sandbox, body, f"report.{format}", count)
    server = psutil.Process(sandbox.pid)
    for process in (server, *server.children()):
        memory = process.memory_full_info()
        rss, own = memory.rss / 2**20, memory.uss / 2**20
        name = "server" if process is server else "child that waits"
        print(f"{name}: {rss:.0f} MiB resident, {own:.1f} MiB of its own")
    sandbox.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
