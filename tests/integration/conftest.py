"""Stations: each has a bucket and a broker database of its own, so that workers of one test
module never see the jobs of another."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from station import Station, with_secret_url

from storage.attempts import connect
from storage.local import LocalServers
from workers.settings import Settings

#: Databases of the broker; 0 is left to others.
_DATABASES = itertools.cycle(range(1, 16))


@pytest.fixture(scope="module")
def new_station(
    local_servers: LocalServers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Station]]:
    made: list[Station] = []

    def make(**changed: Any) -> Station:
        s3 = local_servers.s3
        settings = Settings(
            s3_endpoint=s3.endpoint,
            s3_bucket=f"station-{uuid.uuid4().hex[:12]}",
            s3_access_key=s3.access_key,
            s3_secret_key=SecretStr(s3.secret_key),
            broker_url=with_secret_url(local_servers.broker_url, next(_DATABASES)),
            webhook_token=SecretStr("open sesame"),
            # As short as the tests' patience.
            lease_seconds=1,
            enqueued_seconds=3,
            # Several times what the slowest document takes on a machine that has other work.
            soft_time_limit_seconds=10,
            hard_time_limit_seconds=30,
            shutdown_seconds=10,
            max_document_mib=1,
            log_format="json",
        ).model_copy(update=changed)
        # Its turn has come round: jobs of a worker that was killed may lie there, of other tests.
        connect(settings.broker_url.get_secret_value()).flushdb()
        folder: Path = tmp_path_factory.mktemp("station")
        made.append(Station(settings, folder))
        made[-1].place.store.ensure_bucket()
        return made[-1]

    yield make
    for station in made:
        station.end_workers()


@pytest.fixture(scope="module")
def station(new_station: Callable[..., Station]) -> Station:
    """With one worker of two processes for the whole module."""
    made = new_station()
    made.start_worker()
    return made
