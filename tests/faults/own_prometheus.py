"""A real Prometheus of a test's own, with the rules as they are deployed but for their times.

What `rules.yml` waits for takes minutes to hours. Here each of its durations is divided by
`FASTER`: those behind `for`, in `[…]`, and those that an expression writes as `… * 60`, as the rules
write all seconds that they compare with.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from storage.local import _LAUNCH, free_port

RULES = Path(__file__).parents[2] / "deploy/monitoring/rules.yml"
#: A minute of the rules is two seconds here.
FASTER = 30
#: So that the shortest window of the rules, two minutes, has several samples in it.
SCRAPE_SECONDS = 1
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(?<=\[)(\d+)([smhd])(?=\])")


def _shorter(found: re.Match[str]) -> str:
    milliseconds = int(found[1]) * _SECONDS[found[2]] * 1000 // FASTER
    assert milliseconds
    return f"{milliseconds}ms"


def faster(rules: str) -> dict[str, Any]:
    """The rules with all their times divided by FASTER."""
    made: dict[str, Any] = yaml.safe_load(rules)
    for group in made["groups"]:
        for rule in group["rules"]:
            text = _DURATION.sub(_shorter, rule["expr"])
            rule["expr"] = text.replace("* 60", f"* {60 / FASTER:g}")
            for name in ("for", "keep_firing_for"):
                if name in rule:
                    rule[name] = re.sub(r"(\d+)([smhd])", _shorter, rule[name])
    return made


class Prometheus:
    def __init__(self, program: str, folder: Path, ports: Mapping[str, int]) -> None:
        """`ports`: of each process, where it tells its metrics."""
        folder.mkdir(parents=True)
        (folder / "rules.yml").write_text(yaml.safe_dump(faster(RULES.read_text("utf-8"))))
        pace = f"{SCRAPE_SECONDS}s"
        config = {
            "global": {
                "scrape_interval": pace,
                "scrape_timeout": pace,
                "evaluation_interval": pace,
            },
            "rule_files": ["rules.yml"],
            "scrape_configs": [
                {
                    "job_name": "gouji",
                    "static_configs": [
                        {
                            "targets": [f"127.0.0.1:{port}"],
                            "labels": {"process": re.sub(r"-\d+$", "", name)},
                        }
                        for name, port in ports.items()
                    ],
                }
            ],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/api/v1"
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", "-c", _LAUNCH, str(__import__("os").getpid())),
                    program,
                    f"--config.file={folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address=127.0.0.1:{port}",
                    "--query.lookback-delta=10s",
                ],
                stdout=log,
                stderr=log,
            )

    def end(self) -> None:
        self.process.kill()
        self.process.wait(10)
