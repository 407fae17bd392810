"""`python -m deploy.check`: all that is held of the deployment; the exit code is 1 where something
is to be said, a line each on standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from deploy.check import compose, manifests, monitoring, policies, scripts
from deploy.check.programs import Missing
from workers.metrics import METRICS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def of_policies() -> list[str]:
    files = sorted((DEPLOY / "policies").rglob("*.json"))
    return [line for file in files for line in policies.complaints(file)]


#: What is looked at -> how.
PARTS: dict[str, Callable[[], list[str]]] = {
    "docker-compose.yml": lambda: compose.complaints(
        ROOT / "docker-compose.yml", DEPLOY / "example.env"
    ),
    "deploy/Dockerfile": lambda: scripts.of_image(DEPLOY / "Dockerfile"),
    "shell scripts": lambda: scripts.of_scripts(DEPLOY),
    "deploy/policies": of_policies,
    "deploy/k8s": lambda: manifests.of_all(DEPLOY / "k8s"),
    "deploy/monitoring": lambda: monitoring.complaints(
        METRICS, DEPLOY / "monitoring", DEPLOY / "k8s"
    ),
}


def main() -> int:
    found = 0
    for part, complaints in PARTS.items():
        try:
            said = complaints()
        except Missing as error:
            said = [str(error)]
        found += len(said)
        for line in said:
            print(f"{part}: {line}")
    if not found:
        print(f"deployment: nothing to be said against {', '.join(PARTS)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
