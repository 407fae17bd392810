"""docker-compose.yml, up: a copy of the repository, its containers, people's way to the store."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import images
import psutil
from arriving import Arriving
from engine import KEPT, ROOT, Engine

from storage import keys
from storage.errors import NotFound, Unavailable
from storage.objects import S3ObjectStore

COMPOSE = KEPT / "tools/bin/docker-compose"
#: For what takes a minute at most on a machine that has nothing else to do.
PATIENCE_SECONDS = 900.0
#: Our processes with an init before them; the servers of others are process 1 themselves.
INIT = "docker-init"
SERVER = "workers.sandbox.server"

#: How Compose marks what is this project's.
PROJECT = "com.docker.compose.project=gouji"

T = TypeVar("T")


def until(met: Callable[[], T], what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """What `met` answers once it is true."""
    end = time.monotonic() + seconds
    while not (answer := met()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.3)
    return answer


def copy_of_repository(folder: Path) -> None:
    """What git tracks, as it stands: no `.env`, no data, no environment."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


class Stack:
    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        copy_of_repository(folder)
        subprocess.run(["sh", "deploy/make-env.sh"], cwd=folder, check=True)
        lines = (folder / ".env").read_text().splitlines()
        self.secrets = dict(line.split("=", 1) for line in lines if "=" in line)
        self.store = S3ObjectStore(
            endpoint="http://127.0.0.1:8333",
            bucket="gouji",
            access_key="client",
            secret_key=self.secrets["STORE_CLIENT_KEY"],
        )

    # --- compose

    @property
    def services(self) -> dict[str, Any]:
        """Those of the compose file that run here for good."""
        named = images.compose_file(self.folder)["services"]
        left_out = {"keys", *images.without_stand_in()}
        return {name: how for name, how in named.items() if name not in left_out}

    def compose(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        profiles = {p for service in self.services.values() for p in service.get("profiles", ())}
        done = subprocess.run(
            [str(COMPOSE), "--progress=plain", *(f"--profile={p}" for p in profiles), *arguments],
            cwd=self.folder,
            env=self.engine.environ,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0 or not check, f"{arguments}: {done.stdout} {done.stderr}"
        return done

    def up(self) -> None:
        self.compose("up", "--detach", *self.services)

    def down(self) -> None:
        self.compose("down", "--volumes", "--timeout=5")

    def containers(self, service: str) -> list[dict[str, Any]]:
        """What the engine says of each, also of one that has ended."""
        return self.all_containers().get(service, [])

    def all_containers(self) -> dict[str, list[dict[str, Any]]]:
        """By service. Asked of the engine, as Compose takes a second for the same answer."""
        listed = self.engine.docker("ps", "--all", "--quiet", f"--filter=label={PROJECT}").split()
        found: dict[str, list[dict[str, Any]]] = {}
        for container in json.loads(self.engine.docker("inspect", *listed)) if listed else ():
            service = container["Config"]["Labels"]["com.docker.compose.service"]
            found.setdefault(service, []).append(container)
        return found

    def container(self, service: str) -> dict[str, Any]:
        (one,) = self.containers(service)
        return one

    def exec(self, service: str, *command: str) -> str:
        return self.engine.docker("exec", self.container(service)["Id"], *command)

    def logs(self, service: str) -> str:
        return self.compose("logs", "--no-log-prefix", service).stdout

    def until_well(self, *services: str) -> None:
        """Each runs, and is healthy where it has a health check; all where none is named."""

        def well() -> bool:
            found = self.all_containers()
            return all(map(is_well, (found.get(name, []) for name in services or self.services)))

        until(well, f"{services or 'all'} well")

    def runs(self) -> bool:
        found = self.all_containers()
        return all(
            container["State"]["Running"]
            for name in self.services
            for container in found.get(name, [{"State": {"Running": False}}])
        )

    def starts(self) -> dict[str, int]:
        """How often the engine has started each service again."""
        found = self.all_containers()
        return {name: found[name][0]["RestartCount"] for name in self.services}

    def was_out_of_memory(self) -> set[str]:
        found = self.all_containers()
        return {name for name in self.services if found[name][0]["State"]["OOMKilled"]}

    # --- processes, as this machine sees them

    def main_process(self, service: str) -> int:
        first: int = self.container(service)["State"]["Pid"]
        if Path(f"/proc/{first}/comm").read_text().strip() != INIT:
            return first
        # Its oldest child, as those that are left behind come to it, too.
        return int(Path(f"/proc/{first}/task/{first}/children").read_text().split()[0])

    def signal(self, service: str, number: signal.Signals) -> None:
        os.kill(self.main_process(service), number)

    def reader(self, service: str) -> psutil.Process | None:
        """What reads a document at this moment, and has done so for a while: the fork, of the
        server of a worker's sandbox, that has taken more than a second of the processor."""
        first = psutil.Process(self.container(service)["State"]["Pid"])
        for process in first.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                parent = process.parent()
                forked = parent and all(SERVER in each.cmdline() for each in (process, parent))
                if forked and process.cpu_times().user > 1:
                    return process
        return None

    # --- people

    def drop(self, documents: Iterable[Arriving], store: S3ObjectStore | None = None) -> None:
        """Tries again where the store is away, as people do."""
        where = store or self.store

        def put(one: Arriving) -> bool:
            with contextlib.suppress(Unavailable):
                key = keys.INBOX + one.path
                where.put(key, one.body, content_type="application/octet-stream")
                return True
            return False

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda one: until(lambda: put(one), f"{one.path} put"), documents))

    def record(self, path: str) -> dict[str, Any] | None:
        """The record of a document; None while it has none. It must not have two."""
        key = keys.INBOX + path
        found = []
        for where in (keys.result_key(key), keys.failed_key(key)):
            with contextlib.suppress(NotFound):
                found.append(json.loads(self.store.get(where).body))
        assert len(found) < 2, found
        return found[0] if found else None

    def ended(self, folder: str, store: S3ObjectStore | None = None) -> int:
        """How many documents below this folder of the inbox have a record; members of archives
        are counted with their archive."""
        where = store or self.store
        results = [i.key for i in where.list(f"{keys.RESULTS}{folder}/") if keys.is_result(i.key)]
        failed = [i.key for i in where.list(f"{keys.FAILED}{folder}/")]
        return sum("/!/" not in key for key in (*results, *failed))

    def until_ended(self, folder: str, count: int, store: S3ObjectStore | None = None) -> None:
        until(lambda: self.ended(folder, store) == count, f"{count} documents of {folder} ended")

    def wrong(self, documents: Iterable[Arriving]) -> dict[str, str]:
        """Those that became what they must not, or nothing."""
        with ThreadPoolExecutor(8) as pool:
            pairs = list(pool.map(lambda one: (one, outcome(self.record(one.path))), documents))
        return {one.path: became for one, became in pairs if became not in one.outcomes}


def status_of(pid: int) -> dict[str, str]:
    """What the kernel says of a process: `/proc/…/status`."""
    parts = (x.partition(":") for x in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {name: value.strip() for name, _, value in parts}


def is_well(containers: list[dict[str, Any]]) -> bool:
    states = [container["State"] for container in containers]
    return bool(states) and all(
        state["Running"] and state.get("Health", {}).get("Status", "healthy") == "healthy"
        for state in states
    )


def outcome(record: dict[str, Any] | None) -> str:
    if record is None:
        return "nothing"
    if record["status"] != "done":
        return f"{record['status']}:{(record.get('refusal') or {}).get('code')}"
    return "report" if record.get("report") else "no report"
