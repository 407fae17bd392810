"""Coming and going.

GET  /sign-in    the form; who is signed in goes on to `next`
POST /sign-in    name and password → a new session, and on to `next`
POST /sign-out   the session ends here, not only in the browser
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from workers.cli.language import Said
from workers.site.access import forgery, passwords
from workers.site.access.cookies import Cookie
from workers.site.access.gate import Gate
from workers.site.access.guard import SIGN_IN, address_of, session_of
from workers.site.access.local import HOME, local_path
from workers.site.access.sessions import random_token
from workers.site.access.users import User

log = structlog.get_logger("gouji")

TEMPLATE = "sign_in.html"
#: Name, password, token and `next` are shorter, also percent-encoded.
FORM_BYTES = 16 * 1024
_LONGEST_NAME = 64
_BUSY_SECONDS = 5

_STALE = Said(
    "登录页面打开太久，或浏览器没有保存 Cookie：请再登录一次",
    "this page was open for too long, or cookies are blocked: sign in again",
)
#: One for names and passwords alike, so that nobody learns which names there are.
_WRONG = Said("用户名或密码不对", "the user name or the password is wrong")
_BUSY = Said("正在登录的人太多：请稍后再试", "too many are signing in: try again in a moment")


class _No(Exception):
    """Not signed in; the form is shown again."""

    def __init__(self, status: int, said: Said, *, wait_seconds: int | None = None) -> None:
        super().__init__(said.en)
        self.status = status
        self.said = said
        self.headers = {} if wait_seconds is None else {"Retry-After": str(wait_seconds)}


def sign_in_routes(gate: Gate, templates: Jinja2Templates) -> list[Route]:
    """`templates` must find `sign_in.html` and the `base.html` that it extends."""
    cookies = gate.cookies

    def form(request: Request, there: str, *, no: _No | None = None, name: str = "") -> Response:
        token = cookies.get(request, Cookie.FORM) or random_token()
        shown = {"token": token, "next": there, "said": no and no.said, "name": name}
        response = templates.TemplateResponse(
            request,
            TEMPLATE,
            shown,
            status_code=no.status if no else 200,
            headers=no.headers if no else None,
        )
        cookies.set(response, request, Cookie.FORM, token)
        return response

    async def show(request: Request) -> Response:
        there = local_path(request.query_params.get("next", HOME))
        return RedirectResponse(there, 303) if session_of(request) else form(request, there)

    async def sign_in(request: Request) -> Response:
        body = await forgery.read_body(request.receive, FORM_BYTES)
        given = forgery.fields(body or b"")
        there = local_path(given.get("next", HOME))
        try:
            _ask_for_token(given, cookies.get(request, Cookie.FORM))
            user = await _known(gate, given, address_of(request))
        except _No as no:
            return form(request, there, no=no, name=given.get("user", "")[:_LONGEST_NAME])
        gate.sessions.end(cookies.get(request, Cookie.SESSION))
        token, _ = gate.sessions.begin(user)
        response = RedirectResponse(there, 303)
        cookies.set(response, request, Cookie.SESSION, token)
        cookies.remove(response, request, Cookie.FORM)
        return response

    async def sign_out(request: Request) -> Response:
        session = session_of(request)
        gate.sessions.end(cookies.get(request, Cookie.SESSION))
        response = RedirectResponse(SIGN_IN, 303)
        cookies.remove(response, request, Cookie.SESSION)
        user = session.user.name if session else None
        log.info("site.signed_out", user=user, address=address_of(request))
        return response

    return [
        Route(SIGN_IN, show, methods=["GET"], name="sign_in"),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"], name="sign_out"),
    ]


def _ask_for_token(given: Mapping[str, str], right: str) -> None:
    if not right or not forgery.is_equal(given.get(forgery.FIELD, ""), right):
        raise _No(403, _STALE)


async def _known(gate: Gate, given: Mapping[str, str], address: str) -> User:
    """The user whose name and password these are. Raises `_No`."""
    name = given.get("user", "").strip()[:_LONGEST_NAME]
    password = given.get("password", "")
    user = gate.users.get(name)
    # A name that nobody has may be a password in the wrong field: it is not logged.
    told = {"user": user.name if user else None, "address": address}
    if wait := gate.throttle.attempt(name, address):
        log.warning("site.throttled", wait_seconds=math.ceil(wait), **told)
        raise _later(math.ceil(wait))
    try:
        right = await gate.verifier.is_right(user.hash if user else None, password)
    except passwords.Busy:
        gate.throttle.take_back(name, address)
        log.warning("site.throttled", wait_seconds=_BUSY_SECONDS, **told)
        raise _No(503, _BUSY, wait_seconds=_BUSY_SECONDS) from None
    if user is None or not right:
        log.warning("site.refused", why="password", **told)
        raise _No(403, _WRONG)
    gate.throttle.succeeded(name, address)
    log.info("site.signed_in", role=str(user.role), **told)
    return user


def _later(seconds: int) -> _No:
    said = Said(
        f"登录失败次数过多：请在 {seconds} 秒后再试",
        f"too many failed sign-ins: try again in {seconds} s",
    )
    return _No(429, said, wait_seconds=seconds)
