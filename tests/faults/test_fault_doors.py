"""The service with no more rights than it needs, and what comes through the broker's door."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import boto3
import httpx
import pytest
import redis
from botocore.exceptions import ClientError
from corpus import light
from pydantic import SecretStr
from world import GOUJI, Normal, Row, World, until

from storage.errors import Misconfigured
from storage.local import LocalServers, free_port
from storage.objects import S3ObjectStore
from workers.app import make_app

DEPLOY = Path(__file__).parents[2] / "deploy"
TEXT = "text/plain"


class WithUsers(LocalServers):
    """Lets its administrator make users, which the service's own must not."""

    def _weed_arguments(self) -> list[str]:
        return [*super()._weed_arguments(), "-s3.iam.readOnly=false"]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    with WithUsers(tmp_path_factory.mktemp("users") / "home") as servers:
        yield servers


@pytest.fixture
def confined(servers: LocalServers, tmp_path: Path) -> Iterator[World]:
    """With the rights of deploy/s3-policy.json and deploy/valkey.acl."""
    world = World(servers, tmp_path / "world", task_events_enabled=True)
    try:
        confine_to_policy(world, servers)
        confine_to_acl(world)
        yield world
    finally:
        world.end()


def confine_to_policy(world: World, servers: LocalServers) -> None:
    text = (DEPLOY / "s3-policy.json").read_text()
    iam = boto3.client(
        "iam",
        endpoint_url=servers.s3.endpoint,
        aws_access_key_id=servers.s3.access_key,
        aws_secret_access_key=servers.s3.secret_key,
        region_name="us-east-1",
    )
    name = world.store.bucket
    iam.create_user(UserName=name)
    policy = text.replace(":::gouji", f":::{name}")
    assert policy.count(name) == 5
    iam.put_user_policy(UserName=name, PolicyName="gouji", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    world.settings = world.settings.model_copy(
        update={
            "s3_access_key": key["AccessKeyId"],
            "s3_secret_key": SecretStr(key["SecretAccessKey"]),
        }
    )
    until(lambda: _may_list(confined_store(world)), 20, "rights")


def _may_list(store: S3ObjectStore) -> bool:
    try:
        list(store.list("inbox/"))
    except Misconfigured:
        return False
    return True


def confined_store(world: World) -> S3ObjectStore:
    settings = world.settings
    assert settings.s3_secret_key is not None
    return S3ObjectStore(
        endpoint=world.proxy.url,
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key.get_secret_value(),
    )


def confine_to_acl(world: World) -> None:
    password, keeper = "a password of letters", "another"
    digest = hashlib.sha256(password.encode()).hexdigest()
    text = (DEPLOY / "valkey.acl").read_text()
    assert text.count("0" * 64) == 1
    rules = world.folder / "valkey.acl"
    rules.write_text(text.replace("0" * 64, digest) + f"user keeper on >{keeper} ~* &* +@all\n")
    world.broker.kill()
    world.broker.user = {"username": "keeper", "password": keeper}
    world.broker.start("--aclfile", str(rules))
    port = world.broker.port
    world.broker.url = f"redis://gouji:{password.replace(' ', '%20')}@127.0.0.1:{port}/0"
    world.settings = world.settings.model_copy(update={"broker_url": SecretStr(world.broker.url)})


def test_the_service_needs_no_more_rights(
    confined: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    world = confined
    flower = free_port()
    world.start("light", "listen", "sweep")
    world.start("flower", flower_port=flower, flower_password=SecretStr("a password"), wait=False)
    until(lambda: answers(flower), 30, "flower")
    documents = light(corpus, 12)
    infos = world.drop(documents)
    world.tell(infos[:6])
    took = world.keeps_its_promise(quiet)
    # What a restart and a look at Flower ask of the broker.
    world.processes["light"].signal(15)
    until(lambda: world.processes["light"].starts == 2, 30, "restart")
    get(flower, "/api/workers?refresh=1", ("gouji", "a password"))
    world.remove(next(iter(documents)))
    until(lambda: world.processes["light"].said().count(" ready.") == 2, 30, "ready")
    denied = [entry["object"] for entry in world.broker.client().acl_log()]
    assert denied == []
    row.says(documents=len(documents), settled=took)


def answers(port: int) -> bool:
    try:
        return get(port, "/healthcheck").status_code == 200
    except httpx.HTTPError:
        return False


def get(port: int, path: str, auth: tuple[str, str] | None = None) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", auth=auth, timeout=10)


def test_the_policy_gives_nothing_else(confined: World) -> None:
    theirs, ours = confined.store, confined_store(confined)
    for key in ("inbox/a", "results/a/result.json", "elsewhere/a"):
        theirs.put(key, b"x", content_type=TEXT)
    ours.probe()
    assert ours.head("inbox/none") is None
    client, bucket = ours._client(), ours.bucket
    for forbidden in (
        lambda: client.get_object(Bucket=bucket, Key="elsewhere/a"),
        lambda: client.put_object(Bucket=bucket, Key="inbox/b", Body=b""),
        lambda: client.put_object(Bucket=bucket, Key="elsewhere/b", Body=b""),
        lambda: client.delete_object(Bucket=bucket, Key="inbox/a"),
        lambda: client.delete_object(Bucket=bucket, Key="results/a/result.json"),
        lambda: client.create_bucket(Bucket=f"{bucket}-2"),
        lambda: client.delete_bucket(Bucket=bucket),
        lambda: client.put_bucket_policy(Bucket=bucket, Policy="{}"),
    ):
        with pytest.raises(ClientError, match=r"AccessDenied|Access Denied"):
            forbidden()


def test_the_acl_gives_nothing_else(confined: World) -> None:
    client = redis.Redis.from_url(confined.broker.url)
    for command in ("FLUSHALL", "CONFIG GET *", "KEYS *", "GET other", "ACL LIST", "SHUTDOWN"):
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.execute_command(*command.split())


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
