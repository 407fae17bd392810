"""Whether a request that changes something was made by a page of this site.

Two witnesses: what the browser says of where it comes from, and a token that only our pages
know. Of a form the token is a field, which is read here and handed on; of anything else it is
a header, so that no upload is read before it may be.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.types import Message, Receive

FIELD = "csrf"
HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: A form that is longer is no form of ours; names in Chinese take nine bytes a character.
FORM_BYTES = 512 * 1024
FORM = "application/x-www-form-urlencoded"
_PORTS = {"http": ":80", "https": ":443"}


def is_from_elsewhere(headers: Headers, *, https: bool) -> bool:
    """Whether the browser says so; one that says nothing is left to the token."""
    # `none` is the visitor himself: a form sent again after the browser was opened again.
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and not _is_ours(origin, headers.get("host", ""), https=https)


def _is_ours(origin: str, host: str, *, https: bool) -> bool:
    """`null`, which sandboxed documents say, is not."""
    try:
        scheme, where, *_ = urlsplit(origin.lower())
    except ValueError:
        return False
    if scheme not in _PORTS or (https and scheme != "https"):
        return False
    return where.removesuffix(_PORTS[scheme]) == host.lower().removesuffix(_PORTS[scheme])


def is_equal(given: str, right: str) -> bool:
    # In constant time: how long it takes must not tell how much was right.
    return secrets.compare_digest(given.encode(errors="replace"), right.encode())


def is_form(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def fields(body: bytes) -> dict[str, str]:
    """Of a form, the first of each name; empty where it is none."""
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


async def read_body(receive: Receive, limit_bytes: int) -> bytes | None:
    """None where it is longer, or did not come to its end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > limit_bytes:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def handed_on(body: bytes, receive: Receive) -> Receive:
    """What gives the body that was read, and then what else comes."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again
