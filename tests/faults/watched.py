"""A `World` with all its processes, each telling its metrics to a Prometheus that watches them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
from own_prometheus import FASTER, Prometheus
from pydantic import SecretStr
from world import World, until

from samples import make_report, render
from storage.errors import Unavailable
from storage.local import LocalServers, free_port
from tasks.model.document import Format

#: As `World` names them -> as the rules do.
PROCESSES = {
    "light": "worker-light",
    "sweep": "sweep",
    "listen": "listener",
    "listen-site": "site",
    "flower": "flower",
}
MOST_WAITING = 20
PASSWORD = "open sesame, too"


def page(number: int) -> bytes:
    """A small document; each has other bytes."""
    body = render(make_report(number % 7, year=2023), Format.HTML, "plain")
    return body + b"<!-- %d -->" % number


def _tells(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).status_code == 200
    return False


class Watched(World):
    def __init__(self, servers: LocalServers, folder: Path, **changed: Any) -> None:
        # On a machine with far too much to do, what reads takes long to be ready.
        limits = {"soft_time_limit_seconds": 240, "hard_time_limit_seconds": 300}
        super().__init__(servers, folder, **(limits | changed))
        # As it is deployed.
        self.broker.set("maxmemory", "256mb")
        self.ports = {name: free_port() for name in PROCESSES}
        self.site_port = free_port()
        self.prometheus: Prometheus | None = None
        self._numbers = iter(range(10**6))
        self._living = threading.Event()
        self._life: threading.Thread | None = None
        #: Whether the store tells of what is dropped.
        self.tells = True

    def begin(self, *names: str, times: int = FASTER) -> None:
        """Those processes, and when they are there, who watches them all."""
        self.run(*names)
        for name in names:
            until(lambda port=self.ports[name]: _tells(port), 60, name)
        folder = self.folder / "prometheus"
        known = {PROCESSES[name]: port for name, port in self.ports.items()}
        self.prometheus = Prometheus(folder, known, times=times)
        until(lambda: self.answering() >= {PROCESSES[name] for name in names}, 60, "scraped")

    def run(self, *names: str, **how: Any) -> None:
        for name in names:
            own: dict[str, Any] = {"metrics_port": self.ports[name]}
            if name == "listen-site":
                own |= {
                    "webhook_token": None,
                    "site_port": self.site_port,
                    "site_password": SecretStr(PASSWORD),
                    "listen_port": free_port(),
                }
            if name == "flower":
                own |= {"flower_port": free_port(), "flower_password": SecretStr(PASSWORD)}
            self.start(name, **own, **how)

    def stop(self, name: str) -> None:
        """For good, as an operator may, or a machine."""
        self.processes[name].end()

    def end(self) -> None:
        self._living.set()
        if self._life is not None:
            self._life.join()
        if self.prometheus is not None:
            self.prometheus.end()
        super().end()

    # --- people

    def live(self, pause_seconds: float = 0.5) -> None:
        """From now on a document comes now and then, as long as not too many wait: on a machine
        that has far too much to do they would be late, and alerts right to say so."""

        def live() -> None:
            while not self._living.wait(pause_seconds):
                if self._waiting() < MOST_WAITING:
                    self.come()

        self._life = threading.Thread(target=live, daemon=True)
        self._life.start()

    def come(self, name: str = "", count: int = 1) -> None:
        """Documents come, and the store tells of them; `name`: what is in theirs."""
        numbers = [next(self._numbers) for _ in range(count)]
        infos = self.drop({f"{name}{number}.html": page(number) for number in numbers})
        if self.tells:
            self.tell(infos)

    # --- looking

    def _waiting(self) -> int:
        try:
            return self.queued()
        except Unavailable:
            return 0

    def seen(self) -> Prometheus:
        assert self.prometheus is not None
        return self.prometheus

    def answering(self) -> set[str]:
        return {
            process
            for process, value in self.seen().values('up{job="gouji"}', "process").items()
            if value == 1
        }

    def fires(self, *alerts: str, seconds: float = 120) -> None:
        """Wait until all of these fire."""
        until(lambda: set(alerts) <= self.seen().firing(), seconds, f"{alerts}", pause=1)

    def is_over(self, seconds: float = 240) -> None:
        """Wait until nothing fires any more."""
        until(lambda: not self.seen().firing(), seconds, "silent", pause=1)

    def fired_only(self, *alerts: str, perhaps: Iterable[str] = ()) -> None:
        """All of these have fired, and no others but perhaps those that follow from the same."""
        fired = self.seen().fired()
        assert set(alerts) <= fired <= {*alerts, *perhaps}, fired
