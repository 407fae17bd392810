"""What a form says; never longer than a form of ours, however its token was sent."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from workers.site.access import forgery

_MOST_FIELDS = 1000


async def form_of(request: Request) -> FormData:
    """Of an URL-encoded body; raises HTTPException for any other."""
    body = await body_of(request, forgery.FORM_BYTES)
    try:
        said = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error
    return FormData([*said])


async def body_of(request: Request, limit_bytes: int) -> bytes:
    """HTTPException where it is longer, or did not come to its end."""
    body = await forgery.read_body(request.receive, limit_bytes)
    if body is None:
        raise HTTPException(413, headers={"Connection": "close"})
    return body
