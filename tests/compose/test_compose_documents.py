"""Documents that arrive by the store's events: each ends in the record that it should."""

from __future__ import annotations

import arriving
from stack import Stack

#: A figure of a scan may be unreadable, but not wrong.
READ_OF_A_SCAN = 0.95


def test_64_documents(stack: Stack, figures: dict[str, str]) -> None:
    documents = arriving.mixed("mixed", 64, seed=64)
    stack.drop(documents)
    stack.until_ended("mixed", len(documents))
    assert stack.wrong(documents) == {}
    figures["documents"] = f"{len(documents)}, each in its right record"


def test_poison(stack: Stack, figures: dict[str, str]) -> None:
    before = stack.starts()
    documents = arriving.poisoned("poison")
    stack.drop(documents)
    stack.until_ended("poison", len(documents))
    assert stack.wrong(documents) == {}
    assert stack.was_out_of_memory() == set()
    assert stack.starts() == before
    figures["poison"] = f"{len(documents)}, each with its right outcome; no restart"


def test_a_scan(stack: Stack, figures: dict[str, str]) -> None:
    document, truth = arriving.scan("scanned")
    stack.drop([document])
    stack.until_ended("scanned", 1)
    record = stack.record(document.path)
    assert record is not None
    assert record["document"]["read_by"] == "ocr"
    assert "worker-ocr" in {
        name for name in stack.services if document.path.encode() in stack.logs(name).encode()
    }
    right = wrong = 0
    for table, rows in truth.items():
        for row, column in ((r, c) for r, columns in rows.items() for c in columns):
            kind, value = rows[row][column]
            read = record["report"][table].get(row, {}).get(column, {"kind": "unreadable"})
            same = read["kind"] == kind and (value is None or str(read["value"]) == str(value))
            right, wrong = right + same, wrong + (not same and read["kind"] != "unreadable")
    assert wrong == 0
    total = sum(len(columns) for rows in truth.values() for columns in rows.values())
    assert right >= READ_OF_A_SCAN * total
    figures["scan"] = f"{right} of {total} figures right, none wrong"
