"""A real Prometheus of a test's own, with the rules as they are deployed but for their times.

What `rules.yml` waits for takes minutes to hours. Here each of its times is divided by the same
number: those behind `for`, in `[…]`, and those that an expression writes as `… * 60`, as the rules
write all seconds that they compare with.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from storage.local import _LAUNCH, free_port

RULES = Path(__file__).parents[2] / "deploy/monitoring/rules.yml"
#: A minute of the rules is two seconds.
FASTER = 30
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"(\d+)([smh])")
_WINDOW = re.compile(rf"\[{_DURATION.pattern}\]")


def faster(rules: str, times: int) -> dict[str, Any]:
    """The rules, with all that they wait for so many times shorter."""

    def shorter(found: re.Match[str]) -> str:
        milliseconds = int(found[1]) * _SECONDS[found[2]] * 1000 // times
        assert milliseconds
        return f"{milliseconds}ms"

    made: dict[str, Any] = yaml.safe_load(rules)
    for rule in (rule for group in made["groups"] for rule in group["rules"]):
        expr = _WINDOW.sub(lambda found: f"[{shorter(found)}]", rule["expr"])
        rule["expr"] = re.sub(r"\b\d+ \* 60\b", rf"\g<0> / {times}", expr)
        if "for" in rule:
            rule["for"] = _DURATION.sub(shorter, rule["for"])
    return made


class Prometheus:
    def __init__(self, folder: Path, ports: Mapping[str, int], *, times: int = FASTER) -> None:
        """`ports`: of each process, as the rules name it, where it tells its metrics; `times`: how
        much faster the rules are than those that are deployed."""
        program = shutil.which("prometheus")
        if program is None:
            pytest.skip("prometheus is not installed: apt install prometheus")
        folder.mkdir(parents=True)
        rules = faster(RULES.read_text(encoding="utf-8"), times)
        (folder / "rules.yml").write_text(yaml.safe_dump(rules))
        # The shortest window of the rules, five minutes, has ten samples in it.
        pace = f"{30_000 // times}ms"
        config = {
            "global": dict.fromkeys(
                ("scrape_interval", "scrape_timeout", "evaluation_interval"), pace
            ),
            "rule_files": ["rules.yml"],
            "scrape_configs": [
                {
                    "job_name": "gouji",
                    "static_configs": [
                        {"targets": [f"127.0.0.1:{port}"], "labels": {"process": name}}
                        for name, port in ports.items()
                    ],
                }
            ],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        address = f"127.0.0.1:{free_port()}"
        self._client = httpx.Client(base_url=f"http://{address}/api/v1/", timeout=30)
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid()), program),
                    f"--config.file={folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address={address}",
                ],
                stdout=log,
                stderr=log,
            )

    def end(self) -> None:
        self._process.kill()
        self._process.wait(10)
        self._client.close()

    def query(self, expr: str) -> list[dict[str, Any]]:
        """Series with their values of this moment; none also where it does not answer yet."""
        try:
            answer = self._client.get("query", params={"query": expr})
        except httpx.TransportError:
            return []
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return []
        said = answer.json()
        assert said["status"] == "success", (expr, said)
        return list(said["data"]["result"])

    def values(self, expr: str, label: str) -> dict[str, float]:
        return {one["metric"].get(label, ""): float(one["value"][1]) for one in self.query(expr)}

    def firing(self) -> set[str]:
        """The alerts that fire now."""
        return set(self.values('group by (alertname) (ALERTS{alertstate="firing"})', "alertname"))

    def fired(self) -> set[str]:
        """Those that have fired at any time."""
        ever = 'group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[1d]))'
        return set(self.values(ever, "alertname"))
