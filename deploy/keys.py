"""Hands out keys before anything else starts, as root and without a network, and ends.

    python keys.py FOLDER

    FOLDER/store/      for SeaweedFS alone: certificate, security.toml, identities.json,
                       notification.toml
    FOLDER/broker/     for Valkey alone: users.acl
    FOLDER/objects/    the store's data, and
    FOLDER/jobs/       the broker's: a new volume belongs to root, whatever the image says

The passwords are in the environment: `STORE_<NAME>_KEY`, of a policy of `policies/`, and
`BROKER_<NAME>_PASSWORD`, of a user of `valkey.acl`. What is there already and still right stays:
the store may be running.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from storage.closed import Account, certificate, identities, security, signing_keys

HERE = Path(__file__).parent
STORE, BROKER = 1000, 999
#: Where SeaweedFS finds its folder, and who it is on its network.
MOUNTED = Path("/etc/seaweedfs")
NAMES = ("seaweedfs", "localhost", "127.0.0.1")
HANDED_OVER = ".handed-over"
#: Stands in valkey.acl where a password's SHA-256 belongs.
UNSET = "0" * 64


def accounts(environ: Mapping[str, str]) -> Iterator[Account]:
    """The users of the store; the access key is the name."""
    for file in sorted((HERE / "policies").glob("*.json")):
        name = file.stem
        yield Account(
            name=name,
            access_key=name,
            secret_key=environ[f"STORE_{name.upper()}_KEY"],
            policy=json.loads(file.read_text()),
        )


def users(environ: Mapping[str, str], rules: Path = HERE / "valkey.acl") -> str:
    """The rules of the broker with the passwords in them."""

    def with_password(line: re.Match[str]) -> str:
        password = environ[f"BROKER_{line[1].upper()}_PASSWORD"]
        return line[0].replace(UNSET, hashlib.sha256(password.encode()).hexdigest())

    line = rf"^user (\w+) .*{UNSET}.*$"
    return re.sub(line, with_password, rules.read_text(), flags=re.MULTILINE)


def main(folder: Path, environ: Mapping[str, str]) -> None:
    store, broker = folder / "store", folder / "broker"
    # Written last of what belongs together.
    if not (store / "security.toml").exists():
        for name, content in certificate(NAMES).files().items():
            keep(store / name, content, STORE)
        keep(store / "security.toml", security(MOUNTED, signing_keys()).encode(), STORE)
    keep(store / "identities.json", identities(accounts(environ)).encode(), STORE)
    keep(store / "notification.toml", (HERE / "notification.toml").read_bytes(), STORE)
    keep(broker / "users.acl", users(environ).encode(), BROKER)
    hand_over(folder / "objects", STORE)
    hand_over(folder / "jobs", BROKER)


def hand_over(folder: Path, owner: int) -> None:
    # An engine gives an empty volume to whom the next image says; so it is not left empty.
    if not (folder / HANDED_OVER).exists():
        (folder / HANDED_OVER).touch()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)


def keep(path: Path, content: bytes, owner: int) -> None:
    """A file that its owner alone may read, and nobody may change."""
    if path.exists() and hashlib.sha256(content).hexdigest() == known(path):
        return
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
        file.write(content)
    os.chown(new, owner, owner)
    new.replace(path)


def known(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]), os.environ)
