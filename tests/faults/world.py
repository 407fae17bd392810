"""A small service of a scenario's own: processes as they are deployed, started again when
they die, with the faults between them; and the promise that must hold in the end.

    documents ──> store <── proxy ── workers, sweep (supervised)
    events ──> listener ──> broker <── (killed, wiped, cut)
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from urllib.parse import quote_plus

import httpx
import psutil
from own_broker import Valkey
from proxy import Proxy
from pydantic import SecretStr

from storage import keys
from storage.broker import Broker
from storage.keys import FAILED, INBOX, PROBE, RESULTS, is_result
from storage.local import _LAUNCH, LocalServers, free_port
from storage.objects import ObjectInfo, S3ObjectStore
from storage.results import Records, State
from storage.reviews import Choice, Decision, Reviews
from tasks.queues import Queue
from workers.catalogue import Mending, open_catalogue
from workers.settings import Settings

#: Turns into the command that follows, and is told to end when this process is killed.
DYING_WITH_US = (sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid()))
GOUJI = (sys.executable, "-P", "-m", "workers.cli")
HERE = Path(__file__).parent
#: A worker whose documents do what their names say.
MISBEHAVING = HERE.parent / "integration" / "worker.py"
TOKEN = "open sesame"
#: Decided on, whether a document has it or not.
FINDING = "0" * 16
#: What differs between two runs of the same document, and says nothing about it.
VOLATILE = ("attempts", "first_failed_at", "last_failed_at")
VOLATILE_OF_SOURCE = ("last_modified", "version_id")

T = TypeVar("T")
Normal = Mapping[str, Any]


#: The seconds given to `until` are those of a machine that has nothing else to do.
PATIENCE = 4


def until(met: Callable[[], T], seconds: float, what: str = "", pause: float = 0.2) -> T:
    end = time.monotonic() + seconds * PATIENCE
    while not (answer := met()):
        assert time.monotonic() < end, f"not within {seconds * PATIENCE} s {what}"
        time.sleep(pause)
    return answer


class Process:
    """One process of the service, started again whenever it has died."""

    def __init__(self, name: str, command: list[str], environ: Mapping[str, str], log: Path):
        self.name, self.command, self.environ, self.log = name, command, environ, log
        self.starts = 0
        self.wanted = True
        self._lock = threading.Lock()
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [*DYING_WITH_US, *self.command],
                env=dict(self.environ),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    def look(self) -> None:
        with self._lock:
            if self.wanted and self.popen.poll() is not None:
                self._sweep_group()
                self.start()

    def children(self) -> list[psutil.Process]:
        """Celery's pool. Not what parses a document: its death is the document's outcome."""
        with contextlib.suppress(psutil.Error):
            return psutil.Process(self.popen.pid).children()
        return []

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(number)

    def kill_child(self, chance: Random) -> bool:
        children = self.children()
        if children:
            with contextlib.suppress(psutil.Error):
                chance.choice(children).kill()
                return True
        return False

    def end(self) -> None:
        with self._lock:
            self.wanted = False
            self._sweep_group()
            self.popen.wait(10)

    def _sweep_group(self) -> None:
        """What a killed parent leaves; as containers and `gouji up` do."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


class World:
    def __init__(
        self, servers: LocalServers, folder: Path, *, host: str = "127.0.0.1", **changed: Any
    ) -> None:
        """`host`: the address at which workers reach the store and the broker."""
        self.folder = folder
        self.broker = Valkey(folder / "valkey", host)
        s3 = servers.s3
        self.proxy = Proxy(s3.endpoint, host)
        #: Past the proxy.
        self.straight = s3.endpoint
        self.settings = Settings(
            home=folder,
            s3_endpoint=self.proxy.url,
            s3_bucket=f"faults-{uuid.uuid4().hex[:12]}",
            s3_access_key=s3.access_key,
            s3_secret_key=SecretStr(s3.secret_key),
            broker_url=SecretStr(self.broker.url),
            webhook_token=SecretStr(TOKEN),
            listen_port=free_port(),
            # As short as the scenarios' patience.
            sweep_seconds=1,
            enqueued_seconds=3,
            lease_seconds=1,
            soft_time_limit_seconds=15,
            hard_time_limit_seconds=20,
            shutdown_seconds=5,
            publish_timeout_seconds=1,
            light_concurrency=2,
            pdf_concurrency=1,
            task_events_enabled=False,
            log_format="json",
        ).model_copy(update=changed)
        #: The people's own way to the store, on which nothing goes wrong.
        self.store = S3ObjectStore(
            endpoint=s3.endpoint,
            bucket=self.settings.s3_bucket,
            access_key=s3.access_key,
            secret_key=s3.secret_key,
        )
        self.store.ensure_bucket()
        self.records = Records(self.store)
        #: A folder of which every process imports `sitecustomize` as it starts.
        self.beside: Path | None = None
        self.processes: dict[str, Process] = {}
        self.dropped: dict[str, ObjectInfo] = {}
        self.kills: Counter[str] = Counter()
        self._ended = threading.Event()
        threading.Thread(target=self._supervise, daemon=True).start()

    # --- the service

    def environ(self, **changed: Any) -> dict[str, str]:
        others = {k: v for k, v in os.environ.items() if not k.startswith("GOUJI_")}
        if self.beside is not None:
            paths = (str(self.beside), others.get("PYTHONPATH"))
            others["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        return others | self.settings.model_copy(update=changed).to_environ()

    def start(
        self,
        *names: str,
        misbehaving: bool = False,
        wait: bool = True,
        within: Iterable[object] = (),
        **changed: Any,
    ) -> None:
        """`light`, `pdf`, `ocr`: workers; `sweep`; `listen`; `poll`, who fetches events. A name may
        carry a number: `light-2`.

        `within` is a program of this folder, and its arguments, that becomes the process after
        it has done to it what it is for."""
        for name in names:
            kind = name.partition("-")[0]
            command = {
                "sweep": [*GOUJI, "sweep", "--forever"],
                "listen": [*GOUJI, "listen"],
                "poll": [*GOUJI, "listen", "--sqs"],
                "flower": [*GOUJI, "flower"],
            }.get(kind, [*GOUJI, "worker", "--queue", kind])
            if misbehaving and kind in ("light", "pdf"):
                command = [sys.executable, str(MISBEHAVING), kind, str(self.folder)]
            if within:
                script, *arguments = map(str, within)
                command = [sys.executable, str(HERE / script), *arguments, *command[3:]]
            log = self.folder / f"{name}.log"
            self.processes[name] = Process(name, command, self.environ(**changed), log)
        for name in names if wait else ():
            if name.startswith(("light", "pdf", "ocr")):
                until(lambda name=name: " ready." in self.processes[name].said(), 60, name)
            if name == "listen":
                until(self._listens, 30, name)

    def end(self) -> None:
        self._ended.set()
        for process in self.processes.values():
            process.end()
        self.broker.kill()
        self.proxy.close()
        # The store itself deletes nothing; SeaweedFS takes a bucket with all that is in it.
        self.store._client().delete_bucket(Bucket=self.store.bucket)

    def _supervise(self) -> None:
        while not self._ended.wait(0.1):
            for process in list(self.processes.values()):
                process.look()

    def _listens(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(self._url("/healthz")).status_code == 200
        return False

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.settings.listen_port}{path}"

    def kill(self, name: str) -> None:
        self.processes[name].signal(signal.SIGKILL)
        self.kills["process"] += 1

    def kill_group(self, name: str) -> None:
        """A worker and its pool in the same moment, as a machine that fails."""
        os.killpg(self.processes[name].popen.pid, signal.SIGKILL)
        self.kills["machine"] += 1

    def kill_child(self, name: str, chance: Random) -> bool:
        killed = self.processes[name].kill_child(chance)
        self.kills["pool child"] += killed
        return killed

    def freeze(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)

    def thaw(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    # --- the people

    def drop(self, documents: Mapping[str, bytes]) -> list[ObjectInfo]:
        """Put documents into the inbox; nobody is told."""

        def put(item: tuple[str, bytes]) -> ObjectInfo:
            return self.store.put(INBOX + item[0], item[1], content_type="application/octet-stream")

        with ThreadPoolExecutor(4) as pool:
            infos = list(pool.map(put, documents.items()))
        self.dropped |= {info.key: info for info in infos}
        return infos

    def decide(self, key: str) -> str:
        """Somebody decides on a finding; who."""
        somebody = uuid.uuid4().hex
        reviews = Reviews(self.store)
        stands = reviews.read(key).of(FINDING)
        choice = Choice(
            finding=FINDING, rule="requests.balance", decision=Decision.CONFIRMED, etag="",
            message="", seen=stands.mark if stands else "",
        )  # fmt: skip
        assert not reviews.decide(key, [choice], by=somebody, at=datetime.now(UTC)).meanwhile
        return somebody

    def remove(self, name: str) -> None:
        self.store._client().delete_object(Bucket=self.store.bucket, Key=INBOX + name)
        self.dropped.pop(INBOX + name, None)

    def arrive(self, documents: Mapping[str, bytes], seconds: float) -> threading.Thread:
        """Drop them one after the other over so long, with the event of each."""

        def bring() -> None:
            pause = seconds / max(1, len(documents))
            for name, body in documents.items():
                self.tell(self.drop({name: body}))
                time.sleep(pause)

        thread = threading.Thread(target=bring, daemon=True)
        thread.start()
        return thread

    def tell(self, infos: Iterable[ObjectInfo]) -> int | None:
        """As S3 tells of them, by the listener; None where it did not answer."""
        records = [
            {
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "bucket": {"name": self.store.bucket},
                    "object": {"key": quote_plus(info.key), "eTag": info.etag},
                },
            }
            for info in infos
        ]
        return self.post(json.dumps({"Records": records}).encode())

    def post(self, body: bytes, token: str = TOKEN) -> int | None:
        with contextlib.suppress(httpx.HTTPError):
            answer = httpx.post(
                self._url("/events"),
                content=body,
                headers={"Authorization": f"Bearer {token}"},
                timeout=5,
            )
            return answer.status_code
        return None

    # --- looking

    def queued(self, queues: Iterable[Queue] = Queue) -> int:
        return sum(Broker(self.broker.url).queue_lengths(queues).values())

    def tries(self, name: str) -> int:
        """How often a misbehaving worker began a document."""
        return len(list(self.folder.glob(f"{name}.*")))

    def ended(self) -> int:
        """How many records there are, of whichever version."""
        results = sum(is_result(info.key) for info in self.store.list(RESULTS))
        return results + sum(not i.key.startswith(PROBE) for i in self.store.list(FAILED))

    def terminal_keys(self) -> Counter[str]:
        """Document -> how many terminal records are there."""
        listed = [info.key for info in self.store.list(RESULTS) if is_result(info.key)]
        listed += [i.key for i in self.store.list(FAILED) if not i.key.startswith(PROBE)]
        with ThreadPoolExecutor(8) as pool:
            bodies = pool.map(lambda key: json.loads(self.store.get(key).body), listed)
            return Counter(keys.key_in(body["source"]) or "" for body in bodies)

    def normal(self) -> dict[str, Normal]:
        """Document -> its record, less what differs between any two runs."""
        return normal_of(self.records)

    # --- the promise

    def settle(self, seconds: float, expected: int = 0) -> float:
        """Wait until nothing is pending; how long that took. `expected`: how many records, where
        it is not one a document that was dropped."""
        began = time.monotonic()
        # A tally reads every young record: asked for once there are records enough.
        # Each look lists all of them, and costs the store what it should spend on the work.
        expected = expected or len(self.dropped)
        pause = max(0.2, expected / 2000)
        until(lambda: self.ended() >= expected, seconds, "records", pause=pause)
        until(lambda: self.records.tally().pending == 0, seconds, "pending", pause=1.0)
        until(lambda: self.queued() == 0, seconds, "queued")
        return time.monotonic() - began

    def keeps_its_promise(self, quiet: Mapping[str, Normal], seconds: float = 60) -> float:
        """The three assertions; `quiet` is what a run without faults gives, by document."""
        # What was dropped, and what lies in it.
        expected = {key for key in quiet if keys.apart(key)[0] in self.dropped}
        assert expected >= set(map(keys.document_key, self.dropped))
        took = self.settle(seconds, len(expected))
        # 1. Each version of each document ends in exactly one terminal record.
        assert self.terminal_keys() == Counter(dict.fromkeys(expected, 1))
        by_key = {
            version.key: state for version, state in self.records.states() if state != "pending"
        }
        assert set(by_key) == expected
        for record in (*self.records.results(), *self.records.failures()):
            assert record.source is not None
            assert record.source.etag == self.dropped[record.source.object_key].etag
        # 2. Nothing is pending.
        assert self.records.tally().pending == 0
        # 3. The records equal those of a quiet run.
        found = self.normal()
        differing = [key for key in found if found[key] != quiet[key]]
        assert not differing, [
            (part, found[key].get(part), quiet[key].get(part))
            for key in differing[:1]
            for part in sorted({*found[key], *quiet[key]})
            if found[key].get(part) != quiet[key].get(part)
        ]
        self.keeps_its_catalogue(expected)
        return took

    def keeps_its_catalogue(self, expected: Collection[str]) -> None:
        """4. After a sweep the catalogue equals the bucket, whatever was killed while it was
        written, and has what people decided behind its back."""
        called = [keys.document_key(key) for key in self.dropped]
        decided = {key: self.decide(key) for key in called[:2]}
        catalogue = open_catalogue(self.settings)
        assert catalogue is not None
        mending = Mending(catalogue, self.records, is_whole=True)
        for standing in self.records.standings():
            mending.take(*standing)
        mending.end()
        noted = catalogue.noted()
        assert set(noted) == set(expected)
        for state, records in (
            (State.RESULT, self.records.results()),
            (State.FAILED, self.records.failures()),
        ):
            for record in records:
                assert record.source is not None
                row = noted[record.source.key]
                assert (row.state, row.etag, row.record_etag) == (
                    state, record.source.etag, record.info.etag,
                )  # fmt: skip
        kept = {key: json.loads(body) for key, _, body in catalogue.envelopes(sorted(noted))}
        assert {key: normal(one) for key, one in kept.items()} == {
            key: {**one, "tables": []} for key, one in self.normal().items()
        }
        known = {row["key"]: row["by"] for row in catalogue.decisions_of(called)}
        assert known == decided
        catalogue.close()


def normal_of(records: Records) -> dict[str, Normal]:
    """Document -> its record, less what differs between any two runs."""
    found = [*records.results(), *records.failures()]
    return {str(record.key): normal(record.envelope or {}) for record in found}


def normal(envelope: Mapping[str, Any]) -> Normal:
    source = {k: v for k, v in envelope["source"].items() if k not in VOLATILE_OF_SOURCE}
    return {k: v for k, v in envelope.items() if k not in VOLATILE} | {"source": source}


#: Where a row for the table of docs/reliability.md goes.
ROWS = Path(os.environ.get("FAULTS_ROWS", "build/faults.jsonl"))


class Row:
    """What a scenario says of itself for the table."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.began = time.monotonic()
        self.said: dict[str, Any] = {}

    def says(self, **said: Any) -> None:
        self.said |= said

    def write(self) -> None:
        ROWS.parent.mkdir(parents=True, exist_ok=True)
        seconds = round(time.monotonic() - self.began, 1)
        with ROWS.open("a", encoding="utf-8") as file:
            line = {"scenario": self.name, "seconds": seconds, **self.said}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
