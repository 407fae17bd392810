"""What an expression of PromQL asks for: the metrics that it names, and by which labels.

Parsed by promql-parser, which knows the functions and types of Prometheus 2.45.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import promql_parser as promql

#: Grafana puts a time in the place of these, and of all between square brackets.
_TIMES = re.compile(
    r"\$__(?:rate_interval|interval|range)\b|\$\{__(?:rate_interval|interval|range)(?::\w+)?\}"
    r"|(?<=[\[:])\s*(?:\$\w+|\$\{[^}]*\})"
)
_VARIABLES = re.compile(r"\$\{[^}]*\}|\$\w+|\[\[\w+(?::\w+)?\]\]")
#: A pattern that is a choice between words.
_WORDS = re.compile(r"[\w-]+(?:\|[\w-]+)*")
#: Stands in the place of all others: a number, and in quotes a word.
VARIABLE = "1"


class Malformed(Exception):
    """It is no expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One selector."""

    #: "" where it names none.
    metric: str
    #: Label -> the values that it may have; none: a pattern, or what it must not be.
    labels: Mapping[str, tuple[str, ...]]


def filled_in(expression: str) -> str:
    """With something in the place of Grafana's variables."""
    return _VARIABLES.sub(VARIABLE, _TIMES.sub("5m", expression))


def asked(expression: str) -> list[Asked]:
    """Each selector of it, in order. Raises Malformed."""
    found: list[Asked] = []

    def look(node: promql.Expr) -> None:
        if isinstance(node, promql.VectorSelector):
            found.append(_of(node))

    try:
        promql.walk(promql.parse(expression), look)
    except ValueError as error:
        raise Malformed(str(error)) from error
    return found


def _of(selector: promql.VectorSelector) -> Asked:
    if selector.matchers.or_matchers:
        raise Malformed("`or` between labels is none of Prometheus")
    labels = {one.name: _values(one) for one in selector.matchers.matchers}
    named = labels.pop("__name__", ())
    return Asked(metric=selector.name or "|".join(named), labels=labels)


def _values(matcher: promql.Matcher) -> tuple[str, ...]:
    if matcher.op == promql.MatchOp.Equal:
        return (matcher.value,)
    is_one_of = matcher.op == promql.MatchOp.Re and _WORDS.fullmatch(matcher.value)
    return tuple(matcher.value.split("|")) if is_one_of else ()
