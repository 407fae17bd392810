"""What is in force when `docker compose up` has said that all is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from stack import Stack, status_of

#: Docker's own filter of system calls does not let a process make a network of its own.
NOT_IN_A_CONTAINER = {"network namespace"}
MIB = 2**20


def test_all_are_healthy_and_none_was_started_again(stack: Stack) -> None:
    assert set(stack.starts().values()) == {0}
    (keys,) = stack.containers("keys")
    assert keys["State"]["ExitCode"] == 0
    without = {name for name in stack.services if "Health" not in stack.container(name)["State"]}
    assert without == {
        name for name, service in stack.services.items() if "healthcheck" not in service
    }


def test_each_has_its_limits_of_memory_and_processes_from_the_kernel(stack: Stack) -> None:
    for name, service in stack.services.items():
        container = stack.container(name)
        memory = int(service["mem_limit"].removesuffix("m")) * MIB
        assert container["HostConfig"]["Memory"] == memory, name
        assert limit(container, "memory", ("memory.limit_in_bytes", "memory.max")) == memory, name
        most = service["pids_limit"]
        assert limit(container, "pids", ("pids.max",)) == most, name


def limit(container: dict[str, Any], controller: str, files: tuple[str, ...]) -> int:
    """From the control group of its process, of either version of them."""
    lines = Path(f"/proc/{container['State']['Pid']}/cgroup").read_text().splitlines()
    groups = {names: path for _, names, path in (line.split(":", 2) for line in lines)}
    root = Path("/sys/fs/cgroup")
    path = groups.get(controller, groups.get("", ""))
    folder = (root / controller if controller in groups else root) / path.lstrip("/")
    (file,) = (folder / file for file in files if (folder / file).exists())
    return int(file.read_text())


def test_nobody_is_root_or_can_become_it_or_write_to_the_image(stack: Stack) -> None:
    for name in stack.services:
        status = status_of(stack.main_process(name))
        assert "0" not in status["Uid"].split(), name
        assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0, name
        assert status["NoNewPrivs"] == "1", name
        assert status["Seccomp"] == "2", name
        assert stack.container(name)["HostConfig"]["ReadonlyRootfs"], name


MEASURES = """
import json
from workers.sandbox.client import isolation
print(json.dumps(isolation()))
"""


@pytest.mark.parametrize("service", ["worker-light", "worker-pdf", "worker-ocr"])
def test_what_keeps_documents_in_is_in_force(stack: Stack, service: str) -> None:
    measures = json.loads(stack.exec(service, "python", "-c", MEASURES))
    assert len(measures) > len(NOT_IN_A_CONTAINER)
    # Name, against what, whether in force, and why not.
    assert {name for name, _, in_force, _ in measures if not in_force} <= NOT_IN_A_CONTAINER


KNOCK = """
import http.client, json, socket, ssl, sys
answers = {}
for port in map(int, sys.argv[1:]):
    for kind in ("http", "https"):
        blind = ssl._create_unverified_context()
        how = {"timeout": 10} | ({"context": blind} if kind == "https" else {})
        make = http.client.HTTPSConnection if kind == "https" else http.client.HTTPConnection
        for method, path in (("GET", "/buckets/gouji/"), ("DELETE", "/buckets/gouji/inbox/a")):
            connection = make("seaweedfs", port, **how)
            try:
                connection.request(method, path)
                answers[f"{kind} {port} {method}"] = connection.getresponse().status
            except (OSError, http.client.HTTPException) as error:
                answers[f"{kind} {port} {method}"] = type(error).__name__
            connection.close()
print(json.dumps(answers))
"""
#: S3; then filer, master, volume server and administrator, and behind each its gRPC.
S3_PORT = 8333
CLOSED_PORTS = [8888, 9333, 9340, 23646, 18888, 19333, 19340, 33646, 18333]


def test_the_store_lets_nobody_in_but_by_keys(stack: Stack) -> None:
    """From where documents are read, and where somebody who broke out of the sandbox would be."""
    ports = map(str, (S3_PORT, *CLOSED_PORTS))
    answers = json.loads(stack.exec("worker-light", "python", "-c", KNOCK, *ports))
    # It is there, over plain HTTP, and wants a key.
    assert {answers.pop(f"http {S3_PORT} {method}") for method in ("GET", "DELETE")} == {403}
    let_in = {door: code for door, code in answers.items() if isinstance(code, int) and code < 400}
    assert let_in == {}
    refused = {400, 401, 403}
    assert {code for code in answers.values() if isinstance(code, int)} <= refused


def test_those_who_have_no_business_with_the_store_cannot_find_it(stack: Stack) -> None:
    find = "import socket; print(socket.gethostbyname('{}'))"
    for service in ("flower", "listener"):
        assert stack.exec(service, "python", "-c", find.format("valkey"))
    with pytest.raises(AssertionError, match="gaierror"):
        stack.exec("flower", "python", "-c", find.format("seaweedfs"))


def test_the_pages_and_flower_answer_at_this_host(stack: Stack) -> None:
    with httpx.Client(timeout=30) as client:
        as_a_browser = {"Accept": "text/html"}
        page = client.get("http://127.0.0.1:8080/", headers=as_a_browser, follow_redirects=True)
        assert 'type="password"' in page.text
        flower = "http://127.0.0.1:5555/api/workers"
        assert client.get(flower).status_code == 401
        word = stack.secrets["GOUJI_FLOWER_PASSWORD"]
        assert client.get(flower, auth=("gouji", word)).status_code == 200
