"""Steps of the rooms by their address: counted, or with something else in their place.

An address is a module and what it is called there: `tasks.recognise.mend:mended`, or of a
method `tasks.says.labels:Labels.match`. Something else stands in a step's place wherever a module
of `tasks` has it by a name; what a table or a closure holds is not reached, so whoever replaces a
step should look whether it is called at all.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

import tasks

Step = Callable[..., Any]


class UnknownStep(LookupError):
    """There is no such step, or no longer."""

    def __init__(self, address: str) -> None:
        super().__init__(f"there is no step {address}: has it another name now?")


def step_at(address: str) -> Step:
    """Raises `UnknownStep`."""
    holder, name = _holder(address)
    step: Step = vars(holder)[name]
    return step


def _holder(address: str) -> tuple[ModuleType | type, str]:
    """The module or class that has the step, and by which name."""
    module, _, path = address.partition(":")
    *classes, name = path.split(".")
    try:
        holder: ModuleType | type = importlib.import_module(module)
        for one in classes:
            holder = vars(holder)[one]
        if not callable(vars(holder)[name]):
            raise UnknownStep(address)
    except (ModuleNotFoundError, KeyError):
        raise UnknownStep(address) from None
    return holder, name


@contextmanager
def in_place_of(address: str, make: Callable[[Step], Step]) -> Iterator[None]:
    """Puts `make(step)` in the place of a step. What was remembered before is forgotten, as it
    may have come from the step; so is what was remembered meanwhile. Raises `UnknownStep`."""
    holder, name = _holder(address)
    step = step_at(address)
    places = [(holder, name)] if isinstance(holder, type) else list(_names_of(step))
    other = make(step)
    forget()
    for place, called in places:
        setattr(place, called, other)
    try:
        yield
    finally:
        for place, called in places:
            setattr(place, called, step)
        forget()


def _names_of(step: Step) -> Iterator[tuple[ModuleType, str]]:
    for module in rooms():
        for name, value in vars(module).items():
            if value is step:
                yield module, name


@cache
def rooms() -> tuple[ModuleType, ...]:
    """Every module of `tasks` but the jobs, also those that are imported when first needed."""
    found = pkgutil.walk_packages(tasks.__path__, "tasks.")
    names = [one.name for one in found if one.name != "tasks.jobs"]
    return tuple(importlib.import_module(name) for name in names)


def forget() -> None:
    """Empties the memories of the rooms (`functools.cache`), as in a new process."""
    for module in rooms():
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()
