"""Real servers for the tests that need them: started once a session, on free ports."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import hypothesis
import pytest

from storage.errors import Misconfigured
from storage.local import LocalServers
from storage.objects import S3ObjectStore

if TYPE_CHECKING:
    from own_aws import Aws
from tasks.read.scan import _is_installed

# Hypothesis gives each example 200 ms otherwise, which a machine with much to do does not keep.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where what the extra `ocr` brings is not installed."""
    with monkeypatch.context() as patched:
        patched.setattr("tasks.read.scan._NEEDED", ("no_such_package",))
        _is_installed.cache_clear()
        yield
    _is_installed.cache_clear()


@pytest.fixture(scope="session")
def local_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    """SeaweedFS and Valkey; under pytest-xdist one pair for each worker that asks."""
    servers = LocalServers(tmp_path_factory.mktemp("servers") / "数据 home")
    try:
        servers.start()
    except Misconfigured as error:
        pytest.skip(str(error))
    yield servers
    # Nothing in them is kept, and over an orderly end SeaweedFS takes up to ten seconds.
    for pid in servers.pids.values():
        os.kill(pid, signal.SIGKILL)
    servers.stop()


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """moto, which stands for S3 that tells SQS."""
    pytest.importorskip("moto.server", reason="moto and flask are not installed")
    from own_aws import Aws  # boto3, which few tests need

    made = Aws(tmp_path_factory.mktemp("moto"))
    yield made
    made.end()


@pytest.fixture
def new_s3_store(local_servers: LocalServers) -> Iterator[Callable[..., S3ObjectStore]]:
    """Makes stores on buckets of their own, which go with the test."""
    made: list[S3ObjectStore] = []

    def make(*, direct: bool = True) -> S3ObjectStore:
        s3 = local_servers.s3
        store = S3ObjectStore(
            direct=direct,
            endpoint=s3.endpoint,
            bucket=f"test-{uuid.uuid4().hex[:12]}",
            access_key=s3.access_key,
            secret_key=s3.secret_key,
        )
        store.ensure_bucket()
        made.append(store)
        return store

    yield make
    for store in made:
        # The store itself deletes nothing; SeaweedFS takes a bucket with all that is in it.
        store._client().delete_bucket(Bucket=store.bucket)


@pytest.fixture
def s3_store(new_s3_store: Callable[..., S3ObjectStore]) -> S3ObjectStore:
    """An empty bucket on a real SeaweedFS."""
    return new_s3_store()
