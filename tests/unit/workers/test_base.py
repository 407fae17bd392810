"""How long a job waits before it comes again."""

from __future__ import annotations

from pydantic import SecretStr

from storage.errors import Unavailable
from storage.local import free_port
from tasks.decide import LONGEST_WAIT_SECONDS, Again
from tasks.jobs import PutOff
from workers.app import make_app
from workers.base import Job
from workers.settings import REDELIVERY_SECONDS, Settings


def test_a_waiting_job_is_not_mistaken_for_a_lost_one() -> None:
    assert LONGEST_WAIT_SECONDS * 2 < REDELIVERY_SECONDS


def test_a_job_that_cannot_be_sent_again_is_let_go() -> None:
    # The store is away, and so is the broker: nothing listens there.
    nowhere = SecretStr(f"redis://127.0.0.1:{free_port()}/0")
    app = make_app(Settings(broker_url=nowhere), publisher=True)

    @app.task(base=Job)  # type: ignore[untyped-decorator]
    def fruitless() -> None:
        again = Again(least_seconds=1, most_seconds=2)
        raise PutOff(again) from Unavailable("the store is away")

    fruitless.push_request(id="1", args=(), kwargs={}, called_directly=False, delivery_info={})
    assert fruitless() == {"status": "let go"}
