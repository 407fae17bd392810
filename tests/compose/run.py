"""`make compose`: docker-compose.yml as it stands, on an engine of its own.

    python tests/compose/run.py [what pytest is given]

Exit code 0 also where there can be no engine here; then it says why.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import engine
import images

HERE = Path(__file__).parent
TOOLS = engine.KEPT / "tools"
SHOWN = ("-v", "-s", "--durations=0", "--durations-min=5")


def main(arguments: list[str]) -> int:
    if arguments == ["--images"]:
        return make_images()
    if reason := engine.why_not():
        print(f"compose: skipped, {reason}")
        return 0
    began = time.monotonic()
    install_compose()
    if code := engine.apart(
        [sys.executable, str(Path(__file__).resolve()), "--images"], network=False
    ):
        return code
    print(f"compose: images are there after {time.monotonic() - began:.0f} s")
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *SHOWN]
    return engine.apart([*pytest, *(arguments or [str(HERE)])], network=True)


def make_images() -> int:
    """On the host's network, from which packages are fetched."""
    with engine.running(network=False) as running:
        images.make_stand_ins(running)
        images.build_ours(running)
        images.drop_old_ones(running)
    return 0


def install_compose() -> None:
    """Compose, a static binary in a wheel, beside the engine's data."""
    lock = HERE / "requirements.lock"
    done = TOOLS / "requirements.lock"
    if done.exists() and done.read_text() == lock.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=True)
    pip = [str(TOOLS / "bin/pip"), "install", "--quiet", "--require-hashes", "-r", str(lock)]
    subprocess.run(pip, check=True)
    done.write_text(lock.read_text())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
