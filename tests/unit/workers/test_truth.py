"""What a sweep tells on the board, round by round; what of a real bucket, `tests/integration`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import errors
from storage.broker import Broker
from storage.catalogue import Catalogue, sqlite_url
from storage.local import free_port
from storage.results import DocumentVersion
from tasks.render.entry import PENDING
from workers import observe
from workers.board import Board, start_telling
from workers.catalogue import Clerk
from workers.metrics import Process
from workers.sweep import Swept
from workers.truth import Truth, _look_at_queues


@pytest.fixture
def board() -> Iterator[Board]:
    made = Board([Process.SWEEP])
    start_telling(made)
    yield made
    observe.tell_to(None)
    errors.heard_by(None)


def told(board: Board, name: str) -> dict[str, float]:
    """Labels as they are written -> value, of those that are not 0."""
    lines = (line.rpartition(" ") for line in board.text().decode().splitlines())
    values = {head[len(name) :]: float(n) for head, _, n in lines if head.startswith(name)}
    return {labels: value for labels, value in values.items() if value}


def catalogue_with(folder: Path, documents: int) -> Catalogue:
    catalogue = Catalogue(sqlite_url(folder), bucket="here/gouji")
    for number in range(documents):
        version = DocumentVersion(
            key=f"inbox/{number}.pdf",
            etag="e",
            version_id=None,
            last_modified=datetime.now(UTC),
            size=1,
        )
        catalogue.put(version, None, PENDING)
    return catalogue


def test_a_round_tells_what_it_found(board: Board, tmp_path: Path) -> None:
    truth = Truth(board, Clerk(catalogue_with(tmp_path, 3)))
    assert told(board, "gouji_sweep_last_success_timestamp_seconds") == {}
    dropped = datetime.now(UTC) - timedelta(hours=1)
    truth.round_ended(Swept(pending=3, enqueued=1, held_back=2), 1.5, dropped)
    assert told(board, "gouji_documents") == {'{state="pending",within="inbox"}': 3}
    assert told(board, "gouji_sweep_last_documents") == {
        '{found="pending"}': 3,
        '{found="enqueued"}': 1,
        '{found="held_back"}': 2,
    }
    assert told(board, "gouji_sweep_last_duration_seconds") == {"": 1.5}
    assert 3600 <= told(board, "gouji_oldest_pending_age_seconds")[""] < 3700
    # It ages by itself.
    before = told(board, "gouji_oldest_pending_age_seconds")[""]
    assert told(board, "gouji_oldest_pending_age_seconds")[""] > before
    truth.round_ended(Swept(), 0.1, None)
    assert b"\ngouji_oldest_pending_age_seconds 0.0" in board.text()


def test_who_does_not_sweep_does_not_tell_what_others_found(board: Board, tmp_path: Path) -> None:
    truth = Truth(board, Clerk(catalogue_with(tmp_path, 1)))
    truth.round_ended(Swept(pending=1), 1.0, datetime.now(UTC))
    ended = told(board, "gouji_sweep_last_success_timestamp_seconds")
    truth.round_ended(Swept(elsewhere=True), 1.0, None)
    for name in ("gouji_documents", "gouji_sweep_last_d", "gouji_oldest_pending_age"):
        assert told(board, name) == {}
    assert told(board, "gouji_sweep_last_success_timestamp_seconds") == ended != {}
    truth.round_failed()
    assert told(board, "gouji_sweep_rounds_total") == {
        '{outcome="ended"}': 1,
        '{outcome="elsewhere"}': 1,
        '{outcome="failed"}': 1,
    }


def test_a_catalogue_that_breaks_is_told_nothing_of(board: Board, tmp_path: Path) -> None:
    truth = Truth(board, Clerk(catalogue_with(tmp_path, 1)))
    truth.round_ended(Swept(pending=1), 1.0, None)
    assert told(board, "gouji_documents")
    for file in tmp_path.glob("catalogue.db*"):
        file.write_bytes(b"spoilt" * 1000)
    truth._count_at = 0
    truth.round_ended(Swept(pending=1), 1.0, None)
    assert told(board, "gouji_documents") == {}
    assert told(board, "gouji_catalogue_read_timestamp_seconds") == {}
    assert told(board, "gouji_errors_total") == {'{kind="unavailable",server="catalogue"}': 1}
    assert told(board, "gouji_sweep_last_documents") == {'{found="pending"}': 1}


def test_without_a_catalogue_nothing_of_documents_is_told(board: Board) -> None:
    Truth(board, Clerk(None)).round_ended(Swept(pending=2), 1.0, None)
    assert told(board, "gouji_documents") == {}
    assert told(board, "gouji_sweep_last_documents") == {'{found="pending"}': 2}


def test_of_a_broker_that_is_away_no_queue_is_told(board: Board) -> None:
    board.put("gouji_queue_length", {("pdf",): 7})
    _look_at_queues(board, Broker(f"redis://127.0.0.1:{free_port()}/0"))
    for name in ("gouji_queue_length", "gouji_queue_oldest_age", "gouji_unacknowledged_jobs"):
        assert told(board, name) == {}
    assert told(board, "gouji_errors_total") == {'{kind="unavailable",server="broker"}': 1}
