"""The policies of IAM: JSON, of the shape that IAM takes, and with permissions that there are.

Source: IAM JSON policy language reference, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.check.schemas import Schema, closed, errors

#: All that any of our policies gives.
ACTIONS = (
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:PutObject",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)
_RESOURCE: Schema = {
    "type": "string",
    "pattern": r"^arn:aws:(s3:::|sqs:[a-z0-9-]+:\d{12}:)[\w./*-]+$",
}


def _one_or_more(what: Schema) -> Schema:
    return {"anyOf": [what, {"type": "array", "items": what, "minItems": 1}]}


_STATEMENT = closed(
    {
        "Sid": {"type": "string", "pattern": "^[A-Za-z0-9]+$"},
        "Effect": {"enum": ["Allow", "Deny"]},
        "Action": _one_or_more({"enum": list(ACTIONS)}),
        "Resource": _one_or_more(_RESOURCE),
    },
    {
        # Of a policy that hangs on the queue.
        "Principal": {"type": "object"},
        "Condition": {"type": "object", "additionalProperties": {"type": "object"}},
    },
)
_POLICY = closed(
    {
        "Version": {"const": "2012-10-17"},
        "Statement": {"type": "array", "items": _STATEMENT, "minItems": 1},
    }
)


def complaints(file: Path) -> list[str]:
    try:
        policy = json.loads(file.read_text(), object_pairs_hook=_once)
    except ValueError as error:
        return [f"{file.name}: {error}"]
    found = errors(policy, _POLICY) or list(_misplaced(policy))
    return [f"{file.name}: {one}" for one in found]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError(f"a name stands twice among {[name for name, _ in pairs]}")
    return made


def _misplaced(policy: Any) -> Iterator[str]:
    """What IAM takes and nobody can mean."""
    statements = policy["Statement"]
    if len({one["Sid"] for one in statements}) < len(statements):
        yield "two statements have one Sid"
    for one in statements:
        for action in _several(one["Action"]):
            for resource in _several(one["Resource"]):
                if action.partition(":")[0] != resource.split(":")[2]:
                    yield f"{one['Sid']}: {action} on {resource}"
                elif action.startswith("s3:") and ("/" in resource) == (action == "s3:ListBucket"):
                    yield f"{one['Sid']}: {action} on {resource}, which is no such thing"


def _several(told: str | list[str]) -> list[str]:
    return [told] if isinstance(told, str) else told
