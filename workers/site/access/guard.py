"""The guard around the site: nothing behind it is asked before the visitor is known.

/events (POST), /healthz     pass: programs ask, not browsers; /events has its own token
/sign-in, /static/…          pass without a session, under a name of this site
anything else                needs a session; what changes something, also its token
"""

from __future__ import annotations

from urllib.parse import quote

import structlog
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from workers.cli.language import Said
from workers.site.access import forgery, headers, pace
from workers.site.access.cookies import Cookie
from workers.site.access.gate import Gate
from workers.site.access.local import HOME, local_path, path_of
from workers.site.access.sessions import Session
from workers.site.access.users import Role

log = structlog.get_logger("gouji")

SIGN_IN = "/sign-in"
#: Header of what a page asks for by itself: nobody need be there.
FOLLOWS = "x-follows"
#: Of what was refused, so much of the path is logged.
_LOGGED_CHARACTERS = 200
#: What programs ask for: (method, path).
_OF_PROGRAMS = frozenset({("POST", "/events"), ("GET", "/healthz"), ("HEAD", "/healthz")})
_SESSION = "gouji.session"
_POLICY_VIOLATION = 1008

_NO_HOST = Said(
    "本站不以这个主机名提供服务：请用正确的网址，或由管理员把它写进 GOUJI_SITE_HOSTS",
    "this site does not answer under this name: use its right address, or have it added to"
    " GOUJI_SITE_HOSTS",
)
_NO_SESSION = Said(
    "尚未登录，或登录已过期（服务重新启动后也须重新登录）；刚才的操作没有保存：请重新登录",
    "you are not signed in, or no longer (also after the service was started again); what you"
    " did was not kept: sign in",
)
_FORGED = Said(
    "这个请求不像是从本站页面发出的：请刷新页面后再试",
    "this does not seem to come from a page of this site: reload the page and try again",
)
_NO_FORM = Said(
    "表单过长，或没有传完：请缩短后再提交；名单较长时请改为上传文件",
    "this form is too long, or did not arrive whole: shorten it and send it again; send a long"
    " list as a file",
)
_NO_ROLE = Said(
    "此操作需要复核员（reviewer）：请让复核员来做，或请管理员调整角色",
    "this takes a reviewer: ask one, or have your role changed",
)


class Guard:
    """Pure ASGI middleware."""

    def __init__(
        self, app: ASGIApp, gate: Gate, *, patience_seconds: float = pace.PATIENCE_SECONDS
    ) -> None:
        self._app = app
        self._gate = gate
        self._patience_seconds = patience_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            receive = pace.hastened(receive, self._patience_seconds)
            https = self._gate.cookies.https
            await self._ask(scope, receive, headers.told(send, scope["path"], https=https))
        else:  # the site has no WebSockets
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        refusal = None
        if (scope["method"], scope["path"]) not in _OF_PROGRAMS:
            scope[_SESSION] = self._session(connection)
            refusal = self._refusal(connection)
            if refusal is None and _changes(scope) and scope["path"] != SIGN_IN:
                refusal, receive = await self._without_token(connection, receive)
        await (refusal or self._app)(scope, receive, send)

    def _session(self, connection: HTTPConnection) -> Session | None:
        token = self._gate.cookies.get(connection, Cookie.SESSION)
        is_used = FOLLOWS not in connection.headers
        return self._gate.sessions.find(token, is_used=is_used) if token else None

    def _refusal(self, connection: HTTPConnection) -> Response | None:
        """By what stands in the head of the request."""
        scope = connection.scope
        if not self._gate.hosts.allow(connection.headers.get("host", "")):
            return _refused(connection, "host", 400, _NO_HOST)
        is_public = scope["path"] == SIGN_IN or scope["path"].startswith(headers.STATIC)
        if not is_public and scope[_SESSION] is None:
            return _to_sign_in(connection)
        https = self._gate.cookies.is_secure(connection)
        if _changes(scope) and forgery.is_from_elsewhere(connection.headers, https=https):
            return _refused(connection, "origin", 403, _FORGED)
        return None

    async def _without_token(
        self, connection: HTTPConnection, receive: Receive
    ) -> tuple[Response | None, Receive]:
        """A refusal where the token is missing or wrong, and what the page shall read from."""
        session = session_of(connection)
        given = connection.headers.get(forgery.HEADER)
        if given is None and forgery.is_form(connection.headers):
            body = await forgery.read_body(receive, forgery.FORM_BYTES)
            if body is None:
                return _text(413, _NO_FORM, {"Connection": "close"}), receive
            given = forgery.fields(body).get(forgery.FIELD)
            receive = forgery.handed_on(body, receive)
        if session is None or not forgery.is_equal(given or "", session.csrf):
            return _refused(connection, "token", 403, _FORGED), receive
        return None, receive


def session_of(connection: HTTPConnection) -> Session | None:
    """None on public pages only."""
    session = connection.scope.get(_SESSION)
    return session if isinstance(session, Session) else None


def require(request: Request, role: Role) -> Session:
    """The session of a visitor who may do what `role` may; HTTPException 403 otherwise."""
    session = session_of(request)
    if session is None or not session.user.role.may(role):
        _tell(request, "role")
        raise HTTPException(403, " ".join(_NO_ROLE))
    return session


def address_of(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


def _changes(scope: Scope) -> bool:
    return scope["method"] not in forgery.SAFE


def _to_sign_in(connection: HTTPConnection) -> Response:
    """A page is sent there; a script is told, and htmx goes there by itself."""
    asked = connection.headers
    if _is_page(asked):
        there = _here(connection.scope) if not _changes(connection.scope) else HOME
        return RedirectResponse(_sign_in(there), 303)
    if FOLLOWS in asked or _changes(connection.scope):
        # Whoever is in the middle of something is told, and not led away from it.
        return _text(401, _NO_SESSION)
    there = path_of(asked.get("hx-current-url", ""), asked.get("host", ""))
    return _text(401, _NO_SESSION, {"HX-Redirect": _sign_in(there)})


def _is_page(asked: Headers) -> bool:
    if asked.get("hx-request") == "true":
        return False
    if mode := asked.get("sec-fetch-mode"):
        return mode == "navigate"
    return "text/html" in asked.get("accept", "")


def _here(scope: Scope) -> str:
    path = scope.get("raw_path") or quote(scope["path"]).encode()
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    return local_path((path + query).decode("latin-1"))


def _sign_in(there: str) -> str:
    return SIGN_IN if there == HOME else f"{SIGN_IN}?next={quote(there, safe='')}"


def _refused(connection: HTTPConnection, why: str, status: int, said: Said) -> Response:
    _tell(connection, why)
    return _text(status, said)


def _tell(connection: HTTPConnection, why: str) -> None:
    session = session_of(connection)
    log.warning(
        "site.refused",
        why=why,
        user=session.user.name if session else None,
        address=address_of(connection),
        path=connection.scope["path"][:_LOGGED_CHARACTERS],
    )


def _text(status: int, said: Said, more: dict[str, str] | None = None) -> Response:
    return PlainTextResponse("\n".join(said) + "\n", status_code=status, headers=more)
