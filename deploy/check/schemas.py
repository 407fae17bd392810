"""What a JSON schema says of a value, so that a person finds the place."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

Schema = dict[str, Any]


def errors(told: Any, schema: Schema) -> list[str]:
    """`place: what is wrong there`. Of alternatives that all fail, what is said of the nearest."""
    found = Draft202012Validator(schema).iter_errors(told)
    nearest = [best_match([one]) for one in found]
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in nearest if one]


def closed(needed: Schema, optional: Schema | None = None) -> Schema:
    """An object with all of the first, perhaps some of the second, and nothing else."""
    return {
        "type": "object",
        "properties": needed | (optional or {}),
        "required": [*needed],
        "additionalProperties": False,
    }
