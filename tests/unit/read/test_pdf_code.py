"""How the reader of PDFs is written: short steps, and values that are whole when they are made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tasks.read.pdf

MODULES = sorted(Path(tasks.read.pdf.__file__).parent.glob("*.py"))
#: A function that needs more lines has several steps in it.
LONGEST = 40


@pytest.fixture(params=MODULES, ids=lambda path: path.stem)
def nodes(request: pytest.FixtureRequest) -> list[ast.AST]:
    return list(ast.walk(ast.parse(request.param.read_text("utf-8"))))


def test_no_function_is_long(nodes: list[ast.AST]) -> None:
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    assert [one.name for one in functions if _lines(one) > LONGEST] == []


def test_no_value_is_filled_after_it_is_made(nodes: list[ast.AST]) -> None:
    made = {"frozen", "slots"}
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    assert [one.name for one in classes if any(not made <= said for said in _dataclass(one))] == []


def test_nothing_is_known_by_its_address(nodes: list[ast.AST]) -> None:
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    assert not any(isinstance(one, ast.Name) and one.id == "id" for one in called)


def _lines(function: ast.FunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _dataclass(one: ast.ClassDef) -> Iterator[set[str | None]]:
    """What is said of a class by each decorator that makes it a dataclass."""
    for decorator in one.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "dataclass":
            yield {word.arg for word in decorator.keywords if ast.unparse(word.value) == "True"}
        elif ast.unparse(decorator) == "dataclass":
            yield set()
