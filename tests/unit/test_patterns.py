"""Expressions compiled at first use are as `re` compiles them; and each of them compiles."""

import importlib
import pkgutil
import re

import pytest

import tasks
from tasks.model.patterns import compile_all, regex

ROOMS = sorted(
    module.name
    for module in pkgutil.walk_packages(tasks.__path__, "tasks.")
    if not module.ispkg or module.name != "tasks"
)


def test_a_pattern_is_as_re_compiles_it():
    lazy, compiled = (
        regex(r"(?P<year>\d{4})年", re.IGNORECASE),
        re.compile(r"(?P<year>\d{4})年", re.I),
    )

    assert lazy.fullmatch("2023年")["year"] == "2023"
    assert lazy.findall("2023年2024年") == compiled.findall("2023年2024年")
    assert (lazy.pattern, lazy.flags) == (compiled.pattern, compiled.flags)
    assert regex(rb"\d").search(b"a1")[0] == b"1"


def test_it_is_compiled_when_it_is_used():
    wrong = regex("(")

    with pytest.raises(re.error):
        wrong.match("")


def test_all_are_compiled_ahead_where_that_is_wanted():
    lazy = regex(r"年\d+", re.ASCII)
    assert "_compiled" not in vars(lazy)

    compile_all()

    assert vars(lazy)["_compiled"] == re.compile(r"年\d+", re.ASCII)


@pytest.mark.parametrize("name", ROOMS)
def test_every_expression_of_a_room_compiles(name):
    room = importlib.import_module(name)
    for value in vars(room).values():
        if type(value) is type(regex("")):
            assert value.pattern is not None


@pytest.mark.parametrize("name", ROOMS)
def test_no_group_is_repeated_possessively(name):
    """Before Python 3.11.5 (Debian 12 has 3.11.2) such a group may take what it does not match,
    where something in it can be tried in two ways: `(?:a|b(?!c))*+`."""
    room = importlib.import_module(name)
    for value in vars(room).values():
        for one in value if isinstance(value, tuple) else (value,):
            if type(one) is type(regex("")):
                said = (
                    one.pattern if isinstance(one.pattern, str) else one.pattern.decode("latin-1")
                )
                assert not re.search(r"(?<!\\)\)(?:[*+?]|\{\d*,?\d*\})\+", said), said
