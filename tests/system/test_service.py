"""`gouji up` as a whole: what it writes, how it ends, and what it refuses."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from served import HASTE, Up, gouji, is_gone, until

BODY = b"<html><title>t</title><p>text</p></html>"


def test_up_json_is_private_and_complete(up: Up, figures: dict[str, float]) -> None:
    figures["start to ready, shared service"] = up.ready_seconds
    assert (up.home / "up.json").stat().st_mode & 0o777 == 0o600
    assert up.up.keys() >= {"s3", "broker", "flower", "site", "pids"}
    assert up.up["s3"].keys() == {"endpoint", "bucket", "access_key", "secret_key"}
    for name in up.up["pids"]:
        assert psutil.pid_exists(up.pid(name) or 0), name
    said = up.said()
    assert up.up["flower"] in said
    assert up.up["s3"]["secret_key"] not in said


def test_a_second_one_on_the_same_home_is_refused(up: Up) -> None:
    answer = gouji(up.home, "up")
    assert answer.returncode == 1
    assert "GOUJI_HOME" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert up.process.poll() is None
    assert (up.home / "up.json").exists()


def test_a_listener_that_dies_is_started_again(up: Up) -> None:
    until(up.kill("listen"))
    up.put("after.html", BODY)
    until(lambda: up.result("after.html"))


def test_servers_that_die_are_started_again_with_their_data(up: Up) -> None:
    up.put("before.html", BODY)
    until(lambda: up.result("before.html"))
    back = [up.kill(name) for name in ("valkey", "seaweedfs")]
    until(lambda: all(started_again() for started_again in back))
    until(lambda: _works(up, "after-all.html"))
    assert up.result("before.html") is not None


def test_what_reads_documents_is_started_again_and_no_document_is_charged(up: Up) -> None:
    assert (up.home / "sandbox.sock").stat().st_mode & 0o777 == 0o600
    before, after = ([f"{when}/{n}.html" for n in range(6)] for when in ("before", "after"))
    for path in before:
        up.put(path, BODY)
    back = up.kill("sandbox")
    for path in after:
        up.put(path, BODY)
    until(back)
    for path in (*before, *after):
        until(lambda path=path: up.result(path))
        assert up.get(f"failed/{path}.json") is None


def _works(up: Up, path: str) -> bool:
    try:
        up.put(path, BODY)
        return up.result(path) is not None
    except OSError:
        return False


def test_interrupted_or_killed_it_leaves_no_process_and_its_data(
    start: Callable[..., Up], figures: dict[str, float]
) -> None:
    """SIGTERM ends every service of these tests, and `Up.stop` looks at what is left."""
    first = start()
    figures["start to ready"] = first.ready_seconds
    first.put("kept.html", BODY)
    kept = until(lambda: first.result("kept.html"))
    figures["SIGINT to end"] = first.stop(signal.SIGINT)

    second = start(first.home)
    figures["start to ready, with data"] = second.ready_seconds
    assert second.up["s3"] == first.up["s3"]
    assert second.result("kept.html") == kept

    began = time.monotonic()
    second.process.kill()
    # SeaweedFS takes up to half a minute over an orderly end; all others are quick.
    until(lambda: all(is_gone(process) for process in second.processes))
    figures["SIGKILL of the supervisor to the last process gone"] = time.monotonic() - began
    answer = gouji(second.home, "status")
    assert answer.returncode == 1
    assert "gouji up" in answer.stderr


def refused(home: Path, *, code: int, said: str, **settings: str) -> None:
    answer = gouji(home, "up", **(HASTE | settings))
    assert answer.returncode == code, answer.stderr
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert not (home / "up.json").exists()
    left = [
        process
        for process in psutil.process_iter(["environ"])
        if (process.info["environ"] or {}).get("GOUJI_HOME") == str(home)
    ]
    assert left == []


def test_an_unknown_setting_names_the_nearest(tmp_path: Path) -> None:
    refused(tmp_path, code=64, said="GOUJI_SWEEP_SECONDS", GOUJI_SWEEP_SECOND="1")


def test_a_port_that_is_taken_and_was_chosen(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused(tmp_path, code=1, said="GOUJI_FLOWER_PORT", GOUJI_FLOWER_PORT=port)


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = gouji(tmp_path / "file" / "home", "up")
    assert answer.returncode == 1
    assert "GOUJI_HOME" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_bucket_that_is_missing(up: Up, tmp_path: Path) -> None:
    refused(tmp_path, code=64, said="GOUJI_S3_BUCKET", **up.elsewhere(GOUJI_S3_BUCKET="nope"))


def test_a_wrong_password_of_the_store(up: Up, tmp_path: Path) -> None:
    wrong = up.elsewhere(GOUJI_S3_SECRET_KEY="wrong")
    refused(tmp_path, code=64, said="GOUJI_S3_SECRET_KEY", **wrong)


def test_a_broker_that_is_away(up: Up, tmp_path: Path) -> None:
    away = up.elsewhere(GOUJI_BROKER_URL="redis://127.0.0.1:1/0")
    refused(tmp_path, code=1, said="broker", **away)


def test_only_one_of_the_two_servers_is_named(tmp_path: Path) -> None:
    named = {"GOUJI_BROKER_URL": "redis://127.0.0.1:1/0"}
    refused(tmp_path, code=64, said="GOUJI_S3_ENDPOINT", **named)


def test_the_named_servers_are_used_and_a_second_signal_hurries(
    up: Up, start: Callable[..., Up], figures: dict[str, float]
) -> None:
    other = start(**up.elsewhere())
    assert other.up["s3"] == up.up["s3"]
    assert other.up["pids"].keys().isdisjoint({"valkey", "seaweedfs"})
    assert not (other.home / "servers.json").exists()

    began = time.monotonic()
    for _ in range(2):
        other.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
    other.process.wait(timeout=90)
    figures["two SIGINTs to end, servers elsewhere"] = time.monotonic() - began
    assert [process for process in other.processes if not is_gone(process)] == []
