"""How long a job waits before it comes again."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from storage.errors import Unavailable
from storage.local import free_port
from workers.app import make_app
from workers.base import LONGEST_COUNTDOWN_SECONDS, Job, countdown_seconds
from workers.settings import REDELIVERY_SECONDS, Settings


@pytest.mark.parametrize(
    ("retries", "least", "most"),
    [(0, 0.5, 1), (1, 1, 2), (2, 2, 4), (5, 16, 32), (6, 30, 60), (7, 30, 60), (10**6, 30, 60)],
)
def test_each_wait_is_longer_and_none_longer_than_a_minute(
    retries: int, least: float, most: float
) -> None:
    assert countdown_seconds(retries, 1.0) == least
    assert countdown_seconds(retries, 0.0) == most


def test_a_waiting_job_is_not_mistaken_for_a_lost_one() -> None:
    assert LONGEST_COUNTDOWN_SECONDS * 2 < REDELIVERY_SECONDS


def test_a_job_that_cannot_be_sent_again_is_let_go() -> None:
    # The store is away, and so is the broker: nothing listens there.
    nowhere = SecretStr(f"redis://127.0.0.1:{free_port()}/0")
    app = make_app(Settings(broker_url=nowhere), publisher=True)

    @app.task(base=Job)  # type: ignore[untyped-decorator]
    def fruitless() -> None:
        raise Unavailable("the store is away")

    fruitless.push_request(id="1", args=(), kwargs={}, called_directly=False, delivery_info={})
    assert fruitless() == {"status": "let go"}
