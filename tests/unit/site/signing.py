"""A small site behind the guard, and visitors of it with a cookie jar each."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from workers.settings import Settings
from workers.site.access.gate import Gate, open_gate
from workers.site.access.guard import Guard, require, session_of
from workers.site.access.sign_in import sign_in_routes
from workers.site.access.users import Role

TEMPLATES = Path(__file__).parents[3] / "workers/site/templates"
#: As cheap as argon2 allows: what it costs is tested where it matters.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORDS = {"zhang": "correct horse", "li": "battery staple"}
USERS = "\n".join(
    f"{name}:{role}:{CHEAP.hash(PASSWORDS[name].encode(), salt=b'always the same.')}"
    for name, role in (("zhang", "reviewer"), ("li", "viewer"))
)
AT = "http://localhost:8080"
PAGE = {"Accept": "text/html"}


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


class Site:
    def __init__(self, **settings: Any) -> None:
        given = {"site_users": SecretStr(USERS)} | settings
        self.clock = Clock()
        self.gate: Gate = open_gate(Settings(**given), self.clock)
        #: Bytes that /upload has read.
        self.uploaded = 0
        self.app = Guard(self._site(), self.gate)

    def _site(self) -> Starlette:
        base = "{% block title %}{% endblock %}{% block main %}{% endblock %}"
        loader = ChoiceLoader([DictLoader({"base.html": base}), FileSystemLoader(TEMPLATES)])
        templates = Jinja2Templates(env=Environment(loader=loader, autoescape=True))

        async def who(request: Request) -> Response:
            session = session_of(request)
            return JSONResponse(
                {"user": session and session.user.name, "csrf": session.csrf if session else ""}
            )

        async def echo(request: Request) -> Response:
            return PlainTextResponse(await request.body())

        async def decide(request: Request) -> Response:
            return PlainTextResponse(require(request, Role.REVIEWER).user.name)

        async def upload(request: Request) -> Response:
            async for chunk in request.stream():
                self.uploaded += len(chunk)
            return PlainTextResponse("taken")

        async def original(_: Request) -> Response:
            own = {"Content-Security-Policy": "sandbox", "Cache-Control": "public"}
            return PlainTextResponse("original", headers=own)

        async def broken(_: Request) -> Response:
            raise RuntimeError("our defect")

        async def plain(_: Request) -> Response:
            return PlainTextResponse("plain")

        return Starlette(
            routes=[
                Route("/", who),
                Route("/documents/{path:path}", who),
                Route("/echo", echo, methods=["POST", "PUT", "DELETE"]),
                Route("/decide", decide, methods=["POST"]),
                Route("/upload", upload, methods=["POST"]),
                Route("/original", original),
                Route("/broken", broken),
                Route("/static/{path:path}", plain),
                Route("/healthz", plain),
                Route("/events", plain, methods=["POST"]),
                *sign_in_routes(self.gate, templates),
            ]
        )

    def visit(self, *, address: str = "192.0.2.1", at: str = AT) -> Visitor:
        return Visitor(self, address=address, at=at)


class Visitor:
    """A browser, as far as cookies go."""

    def __init__(self, site: Site, *, address: str, at: str) -> None:
        self.site = site
        self.address = address
        self.at = at
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return asyncio.run(self.ask_soon(method, path, **more))

    async def ask_soon(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(
            app=self.site.app, client=(self.address, 1), raise_app_exceptions=False
        )
        async with httpx.AsyncClient(
            transport=transport, base_url=self.at, cookies=self.cookies
        ) as client:
            answer = await client.request(method, path, **more)
            self.cookies = client.cookies
            return answer

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("POST", path, **more)

    def form_token(self, page: str = "/sign-in") -> str:
        (token,) = re.findall(r'name="csrf" value="([^"]+)"', self.get(page).text)
        return str(token)

    def sign_in(
        self, user: str = "zhang", password: str | None = None, **more: str
    ) -> httpx.Response:
        right = PASSWORDS.get(user, "") if password is None else password
        form = {"csrf": self.form_token(), "user": user, "password": right} | more
        return self.post("/sign-in", data=form)

    def signed_in(self, user: str = "zhang") -> Visitor:
        assert self.sign_in(user).status_code == 303
        return self

    def csrf(self) -> str:
        return str(self.get("/").json()["csrf"])


async def endless() -> AsyncIterator[bytes]:
    for _ in range(1000):
        yield b"x" * 65536
