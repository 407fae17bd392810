"""Which port each process of `gouji up` tells its metrics at."""

from __future__ import annotations

from workers.service import ROLES, _environ_of
from workers.settings import Settings


def test_each_process_has_a_port_of_its_own() -> None:
    settings = Settings(metrics_port=9464)
    ports = [_environ_of(role, settings)["GOUJI_METRICS_PORT"] for role in ROLES]
    assert ports == [str(9464 + number) for number in range(len(ROLES))]


def test_unless_asked_for_there_is_none() -> None:
    assert not any("GOUJI_METRICS_PORT" in _environ_of(role, Settings()) for role in ROLES)
