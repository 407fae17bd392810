"""The images that the compose file and the Dockerfile name, made here: nothing is pulled.

Ours is built from `deploy/Dockerfile` as it stands. For the others stands what Debian and the
locked wheels have: the same programs, in the versions that the wheels have, but not the published
images. So what is in those alone (entry points, users, busybox) is not tried by it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from engine import ROOT, Engine

from storage.local import _valkey_server, _weed

BOOKWORM = "stand-in/bookworm"
RECIPE = "gouji.recipe"
#: How pip finds its index here: of the machine, for the base image, and never in the repository.
_OF_PIP = ("index-url", "extra-index-url", "trusted-host", "timeout", "retries")
_OF_PROXIES = ("http_proxy", "https_proxy", "no_proxy")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    #: What follows `FROM` Debian bookworm.
    dockerfile: str
    #: Name in the build context -> file of this machine.
    files: tuple[tuple[str, str], ...] = ()


def _installed(*packages: str) -> str:
    return (
        "RUN apt-get -o Acquire::Languages=none update"
        f" && apt-get install --yes --no-install-recommends {' '.join(packages)}"
        " && rm -rf /var/lib/apt/lists/*\n"
    )


#: By the name of the image, without its tag.
STAND_INS = {
    "python": StandIn(
        dockerfile=_installed("ca-certificates", "python3.11", "python3.11-venv")
        + "RUN ln -s /usr/bin/python3.11 /usr/local/bin/python"
        " && ln -s /usr/bin/python3.11 /usr/local/bin/python3\n"
        "COPY pip.conf /etc/pip.conf\n"
        "COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt\n"
        'CMD ["python3"]\n',
    ),
    "chrislusf/seaweedfs": StandIn(
        dockerfile=_installed("wget") + "COPY weed /usr/bin/weed\n",
        files=(("weed", _weed()),),
    ),
    "valkey/valkey": StandIn(
        dockerfile=_installed("redis-tools")
        + "RUN ln -s redis-cli /usr/bin/valkey-cli\n"
        + "COPY valkey-server /usr/local/bin/valkey-server\n",
        files=(("valkey-server", _valkey_server()),),
    ),
    "prom/prometheus": StandIn(
        dockerfile=_installed("prometheus", "wget")
        # A new volume takes over the owner of the folder, here as in the published image.
        + "RUN install -d -o nobody -g nogroup /prometheus\n"
        + 'USER nobody\nENTRYPOINT ["/bin/prometheus"]\n',
    ),
}


def compose_file(folder: Path = ROOT) -> dict[str, Any]:
    return dict(yaml.safe_load((folder / "docker-compose.yml").read_text()))


def without_stand_in() -> set[str]:
    """The services whose image cannot be had here."""
    return {
        name
        for name, service in compose_file()["services"].items()
        if "build" not in service and repository(service["image"]) not in STAND_INS
    }


def repository(image: str) -> str:
    return image.partition("@")[0].rpartition(":")[0]


def wanted() -> set[str]:
    """Every image that is named and has a stand-in."""
    named = set(re.findall(r"^FROM (\S+)", (ROOT / "deploy/Dockerfile").read_text(), re.M))
    named |= {service["image"] for service in compose_file()["services"].values()}
    return {image for image in named if repository(image) in STAND_INS}


def make_stand_ins(engine: Engine) -> None:
    for image in sorted(wanted()):
        _make(engine, image, STAND_INS[repository(image)])


def build_ours(engine: Engine, folder: Path = ROOT) -> str:
    """`deploy/Dockerfile` in the folder, under the name that its compose file has; the name."""
    images = {s["image"] for s in compose_file(folder)["services"].values() if "build" in s}
    (image,) = images
    proxies = [name for name in _OF_PROXIES if name in os.environ]
    engine.docker(
        "build", "--network=host", "--file=deploy/Dockerfile", f"--tag={image}",
        *(f"--build-arg={name}" for name in proxies), ".",
        cwd=folder, stdout=None, stderr=None,
    )  # fmt: skip
    return str(image)


def drop_old_ones(engine: Engine) -> None:
    """Those that a newer one of the same name has replaced, and what building keeps beyond need."""
    engine.docker("image", "prune", "--force")
    engine.docker("builder", "prune", "--force", "--keep-storage=4GB")


def _make(engine: Engine, image: str, stand_in: StandIn) -> None:
    with tempfile.TemporaryDirectory() as name:
        context = Path(name)
        for file, source in stand_in.files:
            shutil.copy(source, context / file)
        (context / "pip.conf").write_text(_pip_conf())
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", context)
        (context / "Dockerfile").write_text(f"FROM {BOOKWORM}\n{stand_in.dockerfile}")
        recipe = _digest(context)
        if _recipe_of(engine, image) == recipe:
            return
        _make_bookworm(engine)
        label = f"--label={RECIPE}={recipe}"
        build = ("build", "--network=host", label, f"--tag={image}", name)
        engine.docker(*build, stdout=None, stderr=None)


def _make_bookworm(engine: Engine) -> None:
    """By debootstrap, from the archive that this machine's apt uses."""
    if _recipe_of(engine, BOOKWORM) == BOOKWORM:
        return
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "root")
        subprocess.run(
            ["debootstrap", "--variant=minbase", "bookworm", str(root)],
            check=True,
            stdout=sys.stderr,
        )
        shutil.rmtree(root / "var/cache/apt/archives")
        packed = Path(name, "root.tar")
        subprocess.run(["tar", "-C", str(root), "-cf", str(packed), "."], check=True)
        label = f"--change=LABEL {RECIPE}={BOOKWORM}"
        engine.docker("import", label, str(packed), f"{BOOKWORM}:latest")


def _recipe_of(engine: Engine, image: str) -> str:
    label = f'{{{{index .Config.Labels "{RECIPE}"}}}}'
    return engine.docker("image", "inspect", f"--format={label}", image, check=False)


def _digest(folder: Path) -> str:
    parts = (f"{path.name} {_sha256(path)}" for path in sorted(folder.iterdir()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _pip_conf() -> str:
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    found = re.findall(r"^(?:global|install|:env:)\.([\w-]+)='(.*)'$", listed.stdout, re.M)
    lines = [
        f"{name} = {value}"
        for name, value in found
        if name in _OF_PIP and "file://" not in value  # folders of this machine
    ]
    cert = "cert = /etc/ssl/certs/ca-certificates.crt"
    return "\n".join(("[global]", cert, *lines, ""))
