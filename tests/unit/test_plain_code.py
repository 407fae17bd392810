"""What keeps the rooms plain that were hard to follow before.

ruff holds complexity (`C901`, `PLR0915`) and import-linter the layers; this holds the rest.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    "tasks/unpack",
    "tasks/says",
    "tasks/identify",
    "tasks/recognise",
    "tasks/read/pdf",
    "tasks/read/scan/figures",
)
MOST_LINES = 40


def trees(room: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / room).rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def long_functions(tree: ast.Module) -> list[str]:
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= MOST_LINES
    ]


def filled_after_birth(tree: ast.Module) -> list[str]:
    """Dataclasses that are not frozen."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if "dataclass" in ast.unparse(decorator) and "frozen=True" not in ast.unparse(decorator)
    ]


def keyed_by_identity(tree: ast.Module) -> list[str]:
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id"
    ]


def names_of_the_form(tree: ast.Module) -> list[str]:
    """Ids of tables written out: what the form is stands in `tasks/forms`."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in ("disclosure", "requests", "disputes")
    ]


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "fault", [long_functions, filled_after_birth, keyed_by_identity, names_of_the_form]
)
def test_the_rooms_are_plain(room, fault):
    found = {path.name: said for path, tree in trees(room) if (said := fault(tree))}
    assert found == {}


def test_what_is_not_plain_is_found():
    tree = ast.parse(
        "@dataclass(slots=True)\nclass A:\n    x: int\n"
        "def f(a):\n" + "    a()\n" * MOST_LINES + "    return {id(a): 'disputes'}\n"
    )
    assert long_functions(tree) == ["f"]
    assert filled_after_birth(tree) == ["A"]
    assert keyed_by_identity(tree) == ["id(a)"]
    assert names_of_the_form(tree) == ["disputes"]
