"""A dockerd of our own, in namespaces of its own, so that nothing of it is left when it ends.

    run.py ── unshare ── docker-init ── what asked for it, as PID 1's child
                                            └─ dockerd ── containerd ── containers

With the namespace of processes ends every process in it, with that of mounts every mount, with
that of networks every bridge and rule: by the kernel, also where the harness is killed. What stays
is its data root below `build/compose`, for the images in it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storage.local import _valkey_server, _weed

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build/compose"
#: By their Debian package. The client is Debian's: without the plugin `buildx` another one, of a
#: later version, has no builder that reads `Dockerfile.dockerignore`.
PROGRAMS = {
    "docker.io": ("/usr/sbin/dockerd", "/usr/bin/docker", "/usr/bin/docker-init"),
    "debootstrap": ("/usr/sbin/debootstrap",),
    "iptables": ("/usr/sbin/iptables",),
    "iproute2": ("/usr/bin/ip",),
    "util-linux": ("/usr/bin/unshare",),
}
CGROUPS = "gouji-compose"
#: In the environment of what `apart` runs: a folder that goes with it.
APART = "COMPOSE_APART"
_KILLED_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def why_not() -> str:
    """What is missing for an engine here; "" where nothing is."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "starting an engine needs Linux and root"
    packages = [
        package
        for package, programs in PROGRAMS.items()
        if not all(Path(program).exists() for program in programs)
    ]
    if packages:
        return f"not installed: apt install {' '.join(packages)}"
    try:
        _weed(), _valkey_server()
    except Exception as error:  # noqa: BLE001 - the extra `local` is missing, whatever the way
        return str(error)
    tried = subprocess.run([*_unshare(network=True), "true"], capture_output=True, text=True)
    return f"no namespaces here: {tried.stderr.strip()}" if tried.returncode else ""


def is_apart() -> bool:
    """Whether this process is one that `apart` runs, on a network of its own."""
    first = Path("/proc/1/comm").read_text().strip()
    return first == "docker-init" and APART in os.environ


def _unshare(*, network: bool) -> list[str]:
    kinds = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    return ["unshare", *kinds, *(["--net"] if network else [])]


def apart(command: Sequence[str], *, network: bool) -> int:
    """Runs the command in namespaces of its own; its exit code. With `network`, its network is a
    new one, too, from which nothing outside can be reached."""

    def dying_with_us() -> None:
        ctypes.CDLL(None).prctl(_KILLED_WITH_PARENT, signal.SIGKILL)

    with tempfile.TemporaryDirectory(prefix="gouji-compose-") as folder:
        started = subprocess.Popen(
            [*_unshare(network=network), "docker-init", "-g", "--", *command],
            cwd=ROOT,
            env={**os.environ, APART: folder},
            preexec_fn=dying_with_us,
        )
        signal.signal(signal.SIGTERM, lambda *_: started.kill())
        while True:
            try:
                code = started.wait()
                break
            except KeyboardInterrupt:  # it has had it, too, and ends in order
                continue
        _sweep_cgroups()
    return code


def _sweep_cgroups() -> None:
    """Those of containers that were killed with their namespace."""
    for group in Path("/sys/fs/cgroup").glob(f"**/{CGROUPS}"):
        below = [Path(folder) for folder, _, _ in os.walk(group, topdown=False)]
        for folder in below:
            _remove(folder)


def _remove(group: Path) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError):  # the last of its processes is still ending
            group.rmdir()
            return
        time.sleep(0.1)


class Engine:
    def __init__(self, folder: Path) -> None:
        self.address = f"unix://{folder / 'docker.sock'}"
        self.environ = {
            **os.environ,
            "DOCKER_HOST": self.address,
            "DOCKER_BUILDKIT": "1",
            "DOCKER_CONFIG": str(folder),
        }

    def docker(self, *arguments: str, check: bool = True, **how: Any) -> str:
        """What it says on stdout."""
        done = subprocess.run(
            ["/usr/bin/docker", *arguments],
            env=self.environ,
            text=True,
            **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how),
        )
        if check and done.returncode:
            raise AssertionError(f"docker {' '.join(arguments)}: {done.stdout} {done.stderr}")
        return (done.stdout or "").strip()

    def answers(self) -> bool:
        return bool(self.docker("version", "--format", "{{.Server.Version}}", check=False))


@contextmanager
def running(*, network: bool) -> Iterator[Engine]:
    """An engine, inside of `apart`. Without `network` the host's is used, by builds, and not
    changed."""
    for place in ("/run", "/etc/docker"):
        Path(place).mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    data = KEPT / "engine"
    # Images stay, and nothing of a run that was killed.
    for old in ("containers", "network", "volumes"):
        shutil.rmtree(data / old, ignore_errors=True)
    data.mkdir(parents=True, exist_ok=True)
    folder = Path(os.environ[APART])
    engine = Engine(folder)
    with (KEPT / "dockerd.log").open("wb") as log:
        dockerd = subprocess.Popen(
            [*_dockerd(folder, data, engine), *([] if network else _LEAVING_THE_HOST_ALONE)],
            stdout=log,
            stderr=log,
        )
    try:
        while not engine.answers():
            assert dockerd.poll() is None, (KEPT / "dockerd.log").read_text()[-2000:]
            time.sleep(0.1)
        yield engine
    finally:
        dockerd.terminate()
        dockerd.wait()


def _dockerd(folder: Path, data: Path, engine: Engine) -> list[str]:
    return [
        "/usr/sbin/dockerd",
        f"--data-root={data}",
        f"--exec-root={folder / 'exec'}",
        f"--pidfile={folder / 'pid'}",
        f"--host={engine.address}",
        "--storage-driver=overlay2",
        f"--cgroup-parent={CGROUPS}",
        "--ip=127.0.0.1",
    ]


_LEAVING_THE_HOST_ALONE = (
    "--bridge=none",
    "--iptables=false",
    "--ip-masq=false",
    "--ip-forward=false",
)
