"""Another version is built and put in place as docs/operations.md says, while work goes on."""

from __future__ import annotations

import time

import arriving
import images
from stack import Stack, until

from tasks import VERSION

NEXT = "99.0.0"


def test_an_upgrade_with_work_in_flight(stack: Stack, figures: dict[str, str]) -> None:
    documents = arriving.quick("before", 12)
    stack.drop(documents)
    stack.until_ended("before", len(documents))
    assert engines(stack, documents) == {VERSION}

    began = time.monotonic()
    for file, told in (("tasks/__init__.py", f'"{VERSION}"'), ("docker-compose.yml", VERSION)):
        path = stack.folder / file
        text = path.read_text()
        assert told in text
        path.write_text(text.replace(told, told.replace(VERSION, NEXT)))
    assert images.build_ours(stack.engine, stack.folder) == f"gouji:{NEXT}"
    built = time.monotonic() - began

    inwork = arriving.long("upgraded/long.pdf")
    stack.drop([inwork])
    until(lambda: stack.reader("worker-pdf"), "a PDF being read")
    began = time.monotonic()
    stack.up()
    took = time.monotonic() - began
    stack.until_ended("upgraded", 1)
    assert stack.wrong([inwork]) == {}
    record = stack.record(inwork.path)
    assert record is not None
    # Begun once, and ended by the one who had begun it: he was given the time.
    assert record["engine"]["version"] == VERSION
    stack.until_well()
    assert {stack.container(name)["Config"]["Image"] for name in ours(stack)} == {f"gouji:{NEXT}"}

    again = ("reprocess", "--older-than-engine", NEXT, "--key", "before/")
    stack.exec("worker-light", "gouji", "--lang", "en", *again)
    until(lambda: engines(stack, documents) == {NEXT}, "all done anew")
    assert stack.wrong(documents) == {}
    figures["upgrade"] = (
        f"built in {built:.0f} s, `up` took {took:.0f} s with a PDF in work, which ended once"
    )


def engines(stack: Stack, documents: list[arriving.Arriving]) -> set[str]:
    records = [stack.record(one.path) for one in documents]
    return {record["engine"]["version"] for record in records if record is not None}


def ours(stack: Stack) -> list[str]:
    return [name for name, service in stack.services.items() if "build" in service]
