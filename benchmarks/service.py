"""What a document costs in the service, beside what a user would write in an afternoon.

    python -m benchmarks.service [--documents 124] [--seed 5] [--rounds 2] [--rest 20] [--only-ours]

`gouji up` runs with all that it has: events, outputs, records, catalogue, pages, Flower. The
afternoon's program (afternoon.py, in the environment of peers.py, two processes) uses the same
store and broker. The same documents go through both by turns, so that what else the machine does
falls on both, and while one works the other is at rest.

Processor time is the measure that other work on the machine changes least; documents a second
are from the first put to the last record. The first turn of each is not counted: it loads what
the others find loaded. What those cost who put the documents and look whether they are done is
in neither.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import psutil
from pydantic import SecretStr

from benchmarks import peers
from benchmarks.known import ROOT
from samples.folder import samples
from storage import keys
from storage.attempts import connect
from storage.catalogue import Catalogue, sqlite_url
from storage.objects import S3ObjectStore
from storage.results import Records, State
from tasks import jobs
from tasks.decide import Attempt
from tasks.model.refusal import Refusal
from tasks.render.result import Envelope
from workers.app import Examine, make_app
from workers.settings import Settings

PLAIN = "plain/"
#: Whatever is not done by then never will be.
PATIENCE_SECONDS = 900.0
#: Between two looks whether all is done, which the store has to answer.
PAUSE_SECONDS = 1.0
#: A service that has just done something is not at rest yet.
SETTLE_SECONDS = 5.0

Documents = Mapping[str, bytes]


# --- processes -------------------------------------------------------------------------------


def parts_of(pids: Mapping[str, int]) -> dict[int, str]:
    """What each process of the service is there for, by its pid."""
    parts = dict[int, str]()
    for name, pid in pids.items():
        parts[pid] = name
        if name == "up":  # the others have names of their own
            continue
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    parts[process.pid] = _part(name, process)
    return parts


def _part(name: str, process: psutil.Process) -> str:
    if any("workers.sandbox" in word for word in process.cmdline()):
        return name if name == "sandbox" else f"{name}: sandbox"
    return f"{name}: pool" if name.startswith("worker") else name


def processor_milliseconds(pids: Mapping[str, int]) -> Counter[str]:
    """By part, with all their children that have ended: of a sandbox, those that read."""
    spent: Counter[str] = Counter()
    for pid, part in parts_of(pids).items():
        with contextlib.suppress(psutil.NoSuchProcess):
            times = psutil.Process(pid).cpu_times()
            spent[part] += round(1000 * (times.user + times.system))
            ended = round(1000 * (times.children_user + times.children_system))
            spent[f"{part}, documents" if part.endswith("sandbox") else part] += ended
    return spent


def memory_mib(pids: Mapping[str, int]) -> tuple[dict[str, float], Counter[str]]:
    """Proportional set sizes by part, and how many processes it has."""
    sizes: dict[str, float] = defaultdict(float)
    count: Counter[str] = Counter()
    for pid, part in parts_of(pids).items():
        with contextlib.suppress(OSError):
            sizes[part] += _pss_kib(pid) / 1024
            count[part] += 1
    return sizes, count


def _pss_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


# --- the service -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Up:
    """A running `gouji up`."""

    said: dict[str, Any]

    @property
    def pids(self) -> dict[str, int]:
        return dict(self.said["pids"])

    def access(self, **others: Any) -> dict[str, Any]:
        """What an `S3ObjectStore` is made of."""
        return {**self.said["s3"], **others}

    def store(self) -> S3ObjectStore:
        return S3ObjectStore(**self.access())

    def settings(self, **others: Any) -> Settings:
        s3 = {f"s3_{name}": value for name, value in self.said["s3"].items()}
        return Settings(**{**s3, **others})


@contextlib.contextmanager
def running(home: Path) -> Iterator[Up]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GOUJI_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "up"],
        cwd=ROOT,
        env={**environ, "GOUJI_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        up = home / "up.json"
        wait_for(lambda: up.exists() or process.poll() is not None)
        yield Up(said=json.loads(up.read_text()))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


@contextlib.contextmanager
def afternoon(up: Up, home: Path) -> Iterator[int]:
    """The other program's worker; its pid."""
    s3 = up.said["s3"]
    environ = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PLAIN_BROKER": _database(up, 1),
        "PLAIN_ENDPOINT": s3["endpoint"],
        "PLAIN_ACCESS_KEY": s3["access_key"],
        "PLAIN_SECRET_KEY": s3["secret_key"],
    }
    with (home / "afternoon.log").open("wb") as log:
        process = subprocess.Popen(
            [
                str(peers.python()),
                "-m",
                "celery",
                "-A",
                "afternoon",
                "worker",
                "--concurrency=2",
                "-l",
                "info",
            ],
            cwd=Path(__file__).parent,
            env=environ,
            stdout=log,
            stderr=log,
        )
    try:
        said = home / "afternoon.log"
        wait_for(lambda: b" ready." in said.read_bytes() or process.poll() is not None)
        if process.poll() is not None:
            raise SystemExit(said.read_text()[-2000:])
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _database(up: Up, number: int) -> str:
    """Another one of the same broker."""
    return str(up.said["broker"]).rsplit("/", 1)[0] + f"/{number}"


def wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not what():
        if time.monotonic() > until:
            raise SystemExit("it does not come to its end")
        time.sleep(PAUSE_SECONDS)


# --- one turn --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    documents: int
    seconds: float
    #: Milliseconds by part of the service, of all documents together.
    processor: Counter[str]
    #: Commands to the broker by name.
    commands: Counter[str]


def put_all(store: S3ObjectStore, documents: Documents, prefix: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda one: store.put(prefix + one[0], one[1], content_type="text/plain"),
                documents.items(),
            )
        )


def measured(
    up: Up, pids: Mapping[str, int], begin: Callable[[], None], done: Callable[[], int], number: int
) -> Turn:
    """`done`: how many have their record."""
    redis = connect(up.said["broker"])
    time.sleep(SETTLE_SECONDS)
    before, asked = processor_milliseconds(pids), commands(redis)
    began = time.monotonic()
    begin()
    wait_for(lambda: done() >= number)
    seconds = time.monotonic() - began
    time.sleep(1)  # what follows a record: the end of the job
    spent, said = processor_milliseconds(pids) - before, commands(redis) - asked
    return Turn(documents=number, seconds=seconds, processor=spent, commands=said)


def commands(redis: Any) -> Counter[str]:
    stats = redis.info("commandstats")
    return Counter({name.removeprefix("cmdstat_"): said["calls"] for name, said in stats.items()})


def ours(up: Up, home: Path, documents: Documents, number: int) -> Turn:
    store, folder = up.store(), f"{number}/"

    catalogue = Catalogue(sqlite_url(home), bucket=f"{up.said['s3']['endpoint']}/{store.bucket}")

    def done() -> int:
        """By the catalogue, which is told last; the store is not asked."""
        rows = catalogue.noted(keys.INBOX + folder).values()
        return sum(row.state is not State.PENDING for row in rows)

    begin = lambda: put_all(store, documents, keys.INBOX + folder)  # noqa: E731
    return measured(up, up.pids, begin, done, len(documents))


def theirs(up: Up, home: Path, documents: Documents, number: int, worker: int) -> Turn:
    from celery import Celery

    store, folder = up.store(), f"{PLAIN}{number}/"
    app = Celery(broker=_database(up, 1))

    def begin() -> None:
        put_all(store, documents, f"{folder}inbox/")
        for name in documents:
            key, to = f"{folder}inbox/{name}", f"{folder}results/{name}.json"
            app.send_task("tables", args=(store.bucket, key, to))

    servers = {name: up.pids[name] for name in ("valkey", "seaweedfs")}
    pids = {**servers, "worker": worker}
    ended = home / "afternoon.log"
    earlier = ended.read_text().count("] succeeded in ")
    done = lambda: ended.read_text().count("] succeeded in ") - earlier  # noqa: E731
    return measured(up, pids, begin, done, len(documents))


# --- one job, in this process ----------------------------------------------------------------


class CountingStore(S3ObjectStore):
    """Counts what goes to the store, directly and by boto3, what is tried again too."""

    def __init__(self, **access: Any) -> None:
        super().__init__(**access)
        self.asked: Counter[str] = Counter()

    def _new_client(self) -> Any:
        client = super()._new_client()
        client.meta.events.register("before-send.s3", self._count)
        return client

    def _count(self, request: Any, **_: Any) -> None:
        self.asked[request.method] += 1

    def _ask(self, method: str, *told: Any, **others: Any) -> Any:
        self.asked[method] += 1
        return super()._ask(method, *told, **others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a job costs beside reading, a document."""

    #: Requests to the store, by method.
    asked: dict[str, float]
    #: Commands to the broker, by name; not among them is how Celery brings the message.
    commands: dict[str, float]
    #: Processor milliseconds of this process.
    milliseconds: float


def around(up: Up, documents: Documents, home: Path) -> Around:
    """`treat` of each document, with what was read of it at hand.

    In a bucket and a database of their own, of which the service hears nothing.
    """
    broker = _database(up, 2)
    settings = up.settings(home=home, broker_url=SecretStr(broker), s3_bucket="around")
    app = make_app(settings)
    store = CountingStore(**up.access(bucket="around"))
    store.ensure_bucket()
    put_all(store, documents, keys.INBOX)
    names = {PurePosixPath(name).name: name for name in documents}
    read = {name: _read(app.examine, documents[names[name]], name) for name in names}

    def examine(_: bytes, name: str) -> Envelope:
        found = read[name]
        if isinstance(found, Refusal):
            raise found
        return found

    place = replace(app.workplace, store=store, records=Records(store), examine=examine)
    redis = connect(broker)
    first, *others = documents
    jobs.treat(place, keys.INBOX + first, Attempt())
    store.asked.clear()
    before, began = commands(redis), time.process_time()
    for name in others:
        jobs.treat(place, keys.INBOX + name, Attempt())
    seconds, said = time.process_time() - began, commands(redis) - before
    return Around(
        asked=_each(store.asked, len(others)),
        commands=_each(said, len(others)),
        milliseconds=seconds / len(others) * 1000,
    )


def _read(examine: Examine, body: bytes, name: str) -> Envelope | Refusal:
    try:
        return examine(body, name)
    except Refusal as refusal:
        return refusal


def _each(counted: Counter[str], documents: int) -> dict[str, float]:
    told = {name: count / documents for name, count in counted.most_common()}
    return {name: each for name, each in told.items() if each >= 0.05}


# --- what is said -----------------------------------------------------------------------------


def tell_turns(who: str, turns: list[Turn]) -> float:
    """Processor milliseconds a document."""
    documents = sum(turn.documents for turn in turns)
    seconds = sum(turn.seconds for turn in turns)
    spent: Counter[str] = sum((turn.processor for turn in turns), Counter())
    each = {part: told / documents for part, told in spent.most_common()}
    whole = sum(each.values())
    print(f"\n{who}: {documents / seconds:.2f} documents/s, {whole:.1f} ms of processor each")
    for part, milliseconds in each.items():
        print(f"  {part:32}{milliseconds:8.1f} ms")
    said = _each(sum((turn.commands for turn in turns), Counter()), documents)
    print("  broker:", _listed(said))
    return whole


def tell_rest(up: Up, seconds: float) -> None:
    time.sleep(SETTLE_SECONDS * 2)
    before, began = processor_milliseconds(up.pids), time.monotonic()
    time.sleep(seconds)
    spent, took = processor_milliseconds(up.pids) - before, time.monotonic() - began
    sizes, count = memory_mib(up.pids)
    print(
        f"\nat rest: {sum(count.values())} processes, {sum(sizes.values()):.0f} MiB,"
        f" {sum(spent.values()) / 1000 / took:.1%} of a core"
    )
    for part, size in sorted(sizes.items(), key=lambda one: -one[1]):
        print(f"  {part:32}{count[part]:3} {size:7.0f} MiB {spent[part] / 1000 / took:7.2%}")


def _listed(each: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {count:.1f}" for name, count in each.items())


def by_turns(up: Up, documents: Documents, rounds: int, home: Path, *, plain: bool) -> None:
    turns: dict[str, list[Turn]] = {"ours": [], "an afternoon's": []}
    with contextlib.ExitStack() as stack:
        worker = stack.enter_context(afternoon(up, home)) if plain else None
        for number in range(rounds + 1):
            turn = ours(up, home / "home", documents, number)
            turns["ours"] += [turn] if number else []
            if worker is not None:
                turn = theirs(up, home, documents, number, worker)
                turns["an afternoon's"] += [turn] if number else []
    spent = [tell_turns(who, told) for who, told in turns.items() if told]
    if len(spent) > 1:
        print(f"\nours takes {spent[0] / spent[1]:.2f} of the afternoon's processor time")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service")
    parser.add_argument("--documents", type=int, default=124, help="how many (124)")
    parser.add_argument("--seed", type=int, default=5, help="which (5)")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each that count (2)")
    parser.add_argument("--rest", type=float, default=20, help="seconds at rest (20)")
    parser.add_argument("--only-ours", action="store_true", help="without the afternoon's")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped
    # Without poison: a bottomless page takes all memory of whoever has no limit for it.
    made = samples(given.documents, given.seed, poison=False)
    documents = {one.name: one.body for one in made}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home") as up:
        if given.rest:
            tell_rest(up, given.rest)
        cost = around(up, documents, Path(folder))
        print(f"\none job beside reading: {cost.milliseconds:.1f} ms of processor")
        print("  store:", _listed(cost.asked))
        print("  broker:", _listed(cost.commands))
        if given.rounds:
            by_turns(up, documents, given.rounds, Path(folder), plain=not given.only_ours)


if __name__ == "__main__":
    main()
