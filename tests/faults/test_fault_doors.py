"""The service with no more rights than it needs, and what comes through the broker's door."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from botocore.exceptions import ClientError
from corpus import light
from pydantic import SecretStr
from world import GOUJI, Normal, Row, World, until

from deploy import keys as deployed
from storage.broker import Broker
from storage.closed import Account, identities
from storage.errors import Misconfigured
from storage.local import LocalServers, S3Access, free_port
from storage.objects import S3ObjectStore
from storage.reviews import Choice, Decision, Reviews
from tasks.queues import Queue
from workers.app import make_app

TEXT = "text/plain"
KEEPER = "keeper"


#: What `deploy/keys.py` is given in the compose file: a secret for each who speaks.
SECRETS = {
    **{f"STORE_{name}_KEY": f"key of {name}" for name in ("CLIENT", "SITE", "SWEEP", "WORKER")},
    **{
        f"BROKER_{name}_PASSWORD": f"word-of-{name}"
        for name in ("FLOWER", "LISTENER", "SITE", "SWEEP", "WORKER")
    },
}


#: What somebody who may else do what a worker may is not allowed: a user for each.
LACKED = ("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject")


def _lacking(account: Account, policy: Any, action: str) -> Account:
    statements = [
        one | {"Action": [each for each in one["Action"] if each != action]}
        for one in policy["Statement"]
    ]
    left = {**policy, "Statement": [one for one in statements if one["Action"]]}
    return replace(account, name=action, access_key=action, policy=left)


class WithUsers(LocalServers):
    """Knows nobody but the users of deploy/policies, for buckets of the scenarios."""

    secrets: Mapping[str, str] = SECRETS

    def _weed_arguments(self) -> list[str]:
        told = [Account(name=KEEPER, access_key=KEEPER, secret_key=KEEPER)]
        for account in deployed.accounts(self.secrets):
            policy = json.dumps(account.policy)
            assert ":::gouji" in policy
            of_any = json.loads(policy.replace(":::gouji", ":::faults-*"))
            told.append(replace(account, policy=of_any))
            if account.name == "worker":
                told += [_lacking(account, of_any, action) for action in LACKED]
        (self._room("seaweedfs") / "identities.json").write_text(identities(told))
        return [*super()._weed_arguments(), "-s3.config=identities.json"]

    @property
    def s3(self) -> S3Access:
        # The bucket of its own is made by SeaweedFS, as in the compose file.
        return replace(super().s3, access_key=KEEPER, secret_key=KEEPER)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    with WithUsers(tmp_path_factory.mktemp("users") / "home") as servers:
        yield servers


@pytest.fixture(params=["valkey", "redis 7.0"])
def confined(
    request: pytest.FixtureRequest, servers: LocalServers, tmp_path: Path
) -> Iterator[World]:
    """With the rights of deploy/policies and deploy/valkey.acl, on the oldest Redis too."""
    world = World(servers, tmp_path / "world", task_events_enabled=True)
    try:
        confine_to_acl(world, None if request.param == "valkey" else old_redis())
        yield world
    finally:
        world.end()


def old_redis() -> str:
    found = shutil.which("redis-server")
    if found is None:
        pytest.skip("Redis 7.0 is not installed: `apt-get install redis-server` on Debian 12")
    return found


def confine_to_acl(world: World, program: str | None, secrets: Mapping[str, str] = SECRETS) -> None:
    rules = world.folder / "users.acl"
    rules.write_text(deployed.users(secrets) + f"user {KEEPER} on >{KEEPER} ~* &* +@all\n")
    assert "0" * 64 not in rules.read_text()
    world.broker.kill()
    world.broker.program = program or world.broker.program
    world.broker.user = {"username": KEEPER, "password": KEEPER}
    world.broker.start("--aclfile", str(rules))
    # Who looks on; the processes are given their own.
    world.broker.url = f"redis://{KEEPER}:{KEEPER}@127.0.0.1:{world.broker.port}/0"


def broker_url(world: World, name: str) -> str:
    return f"redis://{name}:{SECRETS[f'BROKER_{name.upper()}_PASSWORD']}@127.0.0.1:{world.broker.port}/0"


def rights(world: World, name: str, store: str | None) -> dict[str, Any]:
    """What a container of this name is given; `store`: the user it is there, if it is one."""
    return {
        "broker_url": SecretStr(broker_url(world, name)),
        "s3_access_key": store,
        "s3_secret_key": SecretStr(SECRETS[f"STORE_{store.upper()}_KEY"]) if store else None,
    }


@pytest.fixture
def bucket(servers: LocalServers) -> Iterator[S3ObjectStore]:
    """As its keeper sees it."""
    made = S3ObjectStore(
        endpoint=servers.s3.endpoint,
        bucket=f"faults-{uuid.uuid4().hex[:12]}",
        access_key=KEEPER,
        secret_key=KEEPER,
    )
    made.ensure_bucket()
    yield made
    made._client().delete_bucket(Bucket=made.bucket)


def seen_by(
    name: str,
    bucket: S3ObjectStore,
    servers: LocalServers,
    secrets: Mapping[str, str] = SECRETS,
) -> S3ObjectStore:
    return S3ObjectStore(
        endpoint=servers.s3.endpoint,
        bucket=bucket.bucket,
        access_key=name,
        secret_key=secrets[f"STORE_{name.upper()}_KEY"],
    )


def test_the_service_needs_no_more_rights(
    confined: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    world = confined
    flower = free_port()
    world.start("light", wait=False, **rights(world, "worker", "worker"))
    world.start("sweep", **rights(world, "sweep", "sweep"))
    world.start(
        "flower",
        flower_port=flower,
        flower_password=SecretStr("a password"),
        wait=False,
        **rights(world, "flower", None),
    )
    # Neither of these two sees the store.
    world.start("listen", **rights(world, "listener", None))
    until(lambda: " ready." in world.processes["light"].said(), 60, "light")
    until(lambda: answers(flower), 60, "flower")
    documents = light(corpus, 12)
    infos = world.drop(documents)
    world.tell(infos[:6])
    took = world.keeps_its_promise(quiet)
    # What a restart and a look at Flower ask of the broker.
    world.processes["light"].signal(15)
    until(lambda: world.processes["light"].starts == 2, 60, "restart")
    until(lambda: world.processes["light"].said().count(" ready.") == 2, 60, "ready")
    who = ("gouji", "a password")
    until(lambda: "light@" in get(flower, "/api/workers?refresh=1", who).text, 60, "Flower's list")
    assert get(flower, "/broker", who).status_code == 200
    assert get(flower, "/workers", who).status_code == 200
    world.remove(next(iter(documents)))
    # redis-py tells its name and version, and does without where it may not.
    assert {what for _, what in denied(world)} <= {"client|setinfo"}
    row.says(documents=len(documents), settled=took)


def denied(world: World) -> set[tuple[str, str]]:
    """Who was refused what by the broker."""
    return {(entry["username"], entry["object"]) for entry in world.broker.client().acl_log()}


def answers(port: int) -> bool:
    try:
        return get(port, "/healthcheck").status_code == 200
    except httpx.HTTPError:
        return False


def get(port: int, path: str, auth: tuple[str, str] | None = None) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", auth=auth, timeout=10)


NOBODY = (
    ("put", "elsewhere/b"),
    ("get", "elsewhere/a"),
    ("delete", "results/a/result.json"),
    ("make", ""),
    ("drop", ""),
    ("policy", ""),
)


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("worker", (("put", "inbox/b"), ("put", "reviews/b.json"), ("delete", "inbox/a"), *NOBODY)),
        (
            "sweep",
            (
                ("put", "inbox/b"),
                ("delete", "inbox/a"),
                ("put", "results/b/result.json"),
                ("put", "failed/b.json"),
                ("delete", "failed/a.json"),
                ("put", "reviews/b.json"),
                *NOBODY,
            ),
        ),
        (
            "site",
            (
                ("delete", "inbox/a"),
                ("put", "results/b/result.json"),
                ("put", "failed/b.json"),
                ("delete", "failed/a.json"),
                ("delete", "reviews/a.json"),
                ("put", "expected/other"),
                *NOBODY,
            ),
        ),
        (
            "client",
            (
                ("put", "results/b"),
                ("put", "failed/b"),
                ("delete", "failed/a"),
                ("put", "reviews/b.json"),
                *NOBODY,
            ),
        ),
    ],
)
def test_the_policies_give_nothing_else(
    servers: LocalServers, bucket: S3ObjectStore, name: str, forbidden: tuple[tuple[str, str], ...]
) -> None:
    for key in ("inbox/a", "results/a/result.json", "failed/a.json", "elsewhere/a"):
        bucket.put(key, b"x", content_type=TEXT)
    theirs = seen_by(name, bucket, servers)
    assert [info.key for info in theirs.list("inbox/")] == ["inbox/a"]
    assert theirs.head("inbox/none") is None
    assert theirs.get("results/a/result.json").body == b"x"
    client, named = theirs._client(), theirs.bucket
    ways: dict[str, Callable[[str], object]] = {
        "get": lambda key: client.get_object(Bucket=named, Key=key),
        "put": lambda key: client.put_object(Bucket=named, Key=key, Body=b""),
        "delete": lambda key: client.delete_object(Bucket=named, Key=key),
        "make": lambda _: client.create_bucket(Bucket=f"{named}-2"),
        "drop": lambda _: client.delete_bucket(Bucket=named),
        "policy": lambda _: client.put_bucket_policy(Bucket=named, Policy="{}"),
    }
    for way, key in forbidden:
        with pytest.raises(ClientError, match=r"AccessDenied|Access Denied"):
            ways[way](key)


@pytest.mark.parametrize(
    ("lacked", "call", "said"),
    [
        ("s3:ListBucket", lambda store: list(store.list("inbox/")), "list inbox/: "),
        ("s3:ListBucket", lambda store: store.probe(), "bucket faults-"),
        ("s3:GetObject", lambda store: store.get("inbox/a"), " on inbox/* and s3:ListBucket in"),
        ("s3:GetObject", lambda store: store.head("inbox/a"), " on inbox/* and s3:ListBucket in"),
        (
            "s3:PutObject",
            lambda store: store.put("results/b", b"", content_type=TEXT, if_absent=True),
            " on results/* in",
        ),
        ("s3:PutObject", lambda store: store.probe(), " on failed/* in"),
        ("s3:DeleteObject", lambda store: store.delete_failed("failed/a.json"), " on failed/* in"),
    ],
)
def test_a_right_that_is_missing_is_named(
    servers: LocalServers,
    bucket: S3ObjectStore,
    lacked: str,
    call: Callable[[S3ObjectStore], object],
    said: str,
) -> None:
    for key in ("inbox/a", "failed/a.json"):
        bucket.put(key, b"x", content_type=TEXT)
    theirs = S3ObjectStore(
        endpoint=servers.s3.endpoint,
        bucket=bucket.bucket,
        access_key=lacked,
        secret_key=SECRETS["STORE_WORKER_KEY"],
    )
    with pytest.raises(Misconfigured) as caught:
        call(theirs)
    told = str(caught.value)
    assert said in told
    assert f"; allow {lacked}" in told
    assert "GOUJI_S3_BUCKET" in told


def test_a_command_that_is_forbidden_is_named(confined: World) -> None:
    asked = Broker(broker_url(confined, "listener"))
    with pytest.raises(Misconfigured, match=r"'lrange'.* allow it to the user of GOUJI_BROKER_URL"):
        asked.waiting_for(Queue.PDF, 1)


def test_the_site_drops_documents_and_decides(servers: LocalServers, bucket: S3ObjectStore) -> None:
    theirs = seen_by("site", bucket, servers)
    theirs.put("inbox/a", b"x", content_type=TEXT, if_absent=True)
    assert theirs.get_part("inbox/a", 0, 1, if_match=theirs.get("inbox/a").info.etag) == b"x"
    theirs.put("expected/organs.csv", b"x", content_type=TEXT)
    assert theirs.get("expected/organs.csv").body == b"x"
    choice = Choice(finding="0" * 16, rule="r", decision=Decision.DISMISSED, etag="", message="")
    for one in (choice, replace(choice, finding="1" * 16)):
        Reviews(theirs).decide("inbox/a", [one], by="a", at=datetime.now(UTC))
    for name in ("sweep", "client"):
        assert len(Reviews(seen_by(name, bucket, servers)).read("inbox/a").decisions) == 2


def test_a_worker_can_try_its_store(servers: LocalServers, bucket: S3ObjectStore) -> None:
    seen_by("worker", bucket, servers).probe()


def test_the_acl_gives_nothing_else(confined: World) -> None:
    for name in ("worker", "sweep", "listener", "site", "flower"):
        client = redis.Redis.from_url(broker_url(confined, name))
        forbidden = ["FLUSHALL", "CONFIG GET *", "KEYS *", "GET other", "ACL LIST", "SHUTDOWN"]
        if name in ("listener", "site", "sweep"):
            forbidden.append("BRPOP gouji:light 1")
        taken = [command for command in forbidden if not refuses(client, command)]
        assert taken == [], name


def refuses(client: redis.Redis, command: str) -> bool:
    try:
        client.execute_command(*command.split())
    except redis.exceptions.NoPermissionError:
        return True
    return False


@pytest.mark.long
def test_a_secret_that_was_changed_locks_out_who_has_the_old_one(tmp_path: Path) -> None:
    """As in Compose after a new .env, `down` and `up`: what is in the store stays."""
    servers = WithUsers(tmp_path / "home")
    servers.start()
    try:
        bucket = keepers(servers)
        bucket.ensure_bucket()
        seen_by("site", bucket, servers).put("inbox/a", b"x", content_type=TEXT)
        servers.stop()
        servers.secrets = SECRETS | {"STORE_SITE_KEY": "another key of the site"}
        servers.start()
        assert keepers(servers).get("inbox/a").body == b"x"
        with pytest.raises(Misconfigured, match="GOUJI_S3_SECRET_KEY"):
            seen_by("site", bucket, servers).get("inbox/a")
        assert seen_by("site", bucket, servers, servers.secrets).get("inbox/a").body == b"x"
        # Those of the others are as they were.
        assert seen_by("worker", bucket, servers).get("inbox/a").body == b"x"
    finally:
        servers.stop()


def keepers(servers: LocalServers) -> S3ObjectStore:
    return S3ObjectStore(
        endpoint=servers.s3.endpoint,
        bucket="faults-secrets",
        access_key=KEEPER,
        secret_key=KEEPER,
    )


def test_a_password_that_was_changed_is_asked_for(confined: World) -> None:
    Broker(broker_url(confined, "listener")).ping()
    changed = SECRETS | {"BROKER_LISTENER_PASSWORD": "another-word"}
    confine_to_acl(confined, None, changed)
    with pytest.raises(Misconfigured, match="refused the password; correct GOUJI_BROKER_URL"):
        Broker(broker_url(confined, "listener")).ping()
    word = SECRETS["BROKER_LISTENER_PASSWORD"]
    Broker(broker_url(confined, "listener").replace(word, "another-word")).ping()
    Broker(broker_url(confined, "worker")).ping()


def test_without_a_password_the_broker_says_that_it_is_there(confined: World) -> None:
    client = redis.Redis(port=confined.broker.port)
    assert client.ping()
    forbidden = ("GET gouji:a", "LLEN gouji:light", "INFO")
    assert [command for command in forbidden if not refuses(client, command)] == []


class Harmful:
    def __init__(self, note: Path) -> None:
        self.note = note

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, (f"open({str(self.note)!r}, 'w').close()",)


def test_a_pickled_message_is_refused(world: World) -> None:
    """It would be code. What follows it is served."""
    note = world.folder / "executed"
    world.start("light", "listen")
    app = make_app(world.settings, publisher=True)
    with app.producer_pool.acquire() as producer:
        producer.publish(
            pickle.dumps(((Harmful(note),), {}, {})),
            routing_key="light",
            content_type="application/x-python-serialize",
            content_encoding="binary",
            headers={"task": "process", "id": "harmful", "lang": "py"},
        )
    world.tell(world.drop({"after.html": b"<p>x</p>"}))
    world.settle(30)
    until(lambda: world.queued() == 0, 10)
    said = world.processes["light"].said()
    assert "application/x-python-serialize" in said or "ContentDisallowed" in said
    assert not note.exists()
    assert world.processes["light"].starts == 1
    pickle.loads(pickle.dumps(Harmful(note)))  # noqa: S301 - it would have
    assert note.exists()


@pytest.mark.long
def test_what_is_no_message_at_all_stops_nobody(world: World) -> None:
    world.start("light", "listen", "sweep")
    for message in (b"{}", b"\xff", b"[]", json.dumps({"body": 7}).encode()):
        world.broker.client().lpush("gouji:light", message)
        time.sleep(0.5)
    world.tell(world.drop({"after.html": b"<p>x</p>"}))
    world.settle(60)


def test_no_command_line_and_no_log_shows_a_secret(world: World) -> None:
    secrets = {
        "GOUJI_S3_SECRET_KEY": "secret-of-the-store",
        "GOUJI_WEBHOOK_TOKEN": "secret-of-the-webhook",
        "GOUJI_FLOWER_PASSWORD": "secret-of-flower",
        "GOUJI_BROKER_URL": "redis://gouji:secret-of-the-broker@127.0.0.1:1/0",
    }
    shown = subprocess.run(
        [*GOUJI, "settings"], env=world.environ() | secrets, capture_output=True, text=True
    )
    assert shown.returncode == 0
    assert "secret-of" not in shown.stdout + shown.stderr
    assert "**********" in shown.stdout
    refused = subprocess.run(
        [sys.executable, "-P", "-m", "workers.cli", "worker", "--queue", "light"],
        env=world.environ() | secrets | {"GOUJI_LIGHT_CONCURRENCY": "none"},
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 64
    assert "secret-of" not in refused.stdout + refused.stderr
