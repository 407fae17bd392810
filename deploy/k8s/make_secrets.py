"""New Secrets for overlays/seaweedfs: a key for each who speaks to another, and a certificate.

    .venv/bin/python deploy/k8s/make_secrets.py | kubectl apply --server-side -f -

Each run makes other ones, and nothing of it is kept here: the cluster has the only copy. Who may do
what stands in `deploy/policies`, `deploy/valkey.acl` and `keda.acl`.
"""

from __future__ import annotations

import importlib.util
import json
import secrets
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from storage.closed import certificate, identities, security, signing_keys

HERE = Path(__file__).parent
#: Who has which: at the store, at the broker.
STORE = ("client", "site", "sweep", "worker")
BROKER = ("flower", "keda", "listener", "site", "sweep", "worker")
BROKER_ADDRESS = "valkey:6379"
#: KEDA asks from its own namespace.
BROKER_FROM_ELSEWHERE = "valkey.gouji.svc:6379"
#: The store calls itself by the address of its pod's loopback.
STORE_NAMES = ("localhost", "127.0.0.1")


def _keys() -> ModuleType:
    """`deploy/keys.py`, which does the same for Compose, and is no module of a package."""
    spec = importlib.util.spec_from_file_location("deployed_keys", HERE.parent / "keys.py")
    assert spec is not None  # noqa: S101
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


keys = _keys()


def new_words() -> dict[str, str]:
    """As `keys.py` takes them from its environment, and what else needs one."""
    named = [f"STORE_{name.upper()}_KEY" for name in STORE]
    named += [f"BROKER_{name.upper()}_PASSWORD" for name in BROKER]
    named += ["CATALOGUE_PASSWORD", "WEBHOOK_TOKEN", "FLOWER_PASSWORD", "SITE_PASSWORD"]
    return {name: secrets.token_hex(20) for name in named}


def processes(words: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Name of a Secret -> its files, of each process of ours."""
    url = f"postgresql://gouji:{words['CATALOGUE_PASSWORD']}@catalogue:5432/gouji?sslmode=disable"

    def at_broker(name: str) -> dict[str, str]:
        word = words[f"BROKER_{name.upper()}_PASSWORD"]
        return {"broker-url": f"redis://{name}:{word}@{BROKER_ADDRESS}/0"}

    def at_all(name: str) -> dict[str, str]:
        key = {"s3-secret-key": words[f"STORE_{name.upper()}_KEY"], "catalogue-url": url}
        return at_broker(name) | key

    yield "gouji-worker", at_all("worker")
    yield "gouji-sweep", at_all("sweep")
    yield "gouji-site", at_all("site") | {"site-password": words["SITE_PASSWORD"]}
    yield "gouji-listener", at_broker("listener") | {"webhook-token": words["WEBHOOK_TOKEN"]}
    yield "gouji-flower", at_broker("flower") | {"flower-password": words["FLOWER_PASSWORD"]}


def servers(words: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Likewise of the servers, of KEDA, and of people and their programs."""
    notification = (HERE.parent / "notification.toml").read_text()
    unset = 'bearer_token = ""'
    assert unset in notification  # noqa: S101
    told = {name: content.decode() for name, content in certificate(STORE_NAMES).files().items()}
    yield (
        "seaweedfs",
        told
        | {
            "security.toml": security(keys.MOUNTED, signing_keys()),
            "identities.json": identities(keys.accounts(words)),
            "notification.toml": notification.replace(
                unset, f"bearer_token = {json.dumps(words['WEBHOOK_TOKEN'])}"
            ),
        },
    )
    yield "valkey", {"users.acl": keys.users(words) + keys.users(words, HERE / "keda.acl")}
    yield "catalogue", {"password": words["CATALOGUE_PASSWORD"]}
    yield (
        "gouji-keda",
        {
            "address": BROKER_FROM_ELSEWHERE,
            "username": "keda",
            "password": words["BROKER_KEDA_PASSWORD"],
            "tls": "disable",
        },
    )
    yield "gouji-client", {"access-key": "client", "secret-key": words["STORE_CLIENT_KEY"]}


def manifest(words: Mapping[str, str]) -> dict[str, Any]:
    files = dict([*processes(words), *servers(words)])
    return {
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": name, "namespace": "gouji"},
                "type": "Opaque",
                "data": {file: b64encode(text.encode()).decode() for file, text in content.items()},
            }
            for name, content in files.items()
        ],
    }


if __name__ == "__main__":
    if sys.stdout.isatty():  # nobody wants them on a screen
        sys.exit(__doc__)
    print(json.dumps(manifest(new_words()), indent=1))
