"""The two cookies of the site: of the session, and of the sign-in form before there is one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import HTTPConnection
from starlette.responses import Response


class Cookie(StrEnum):
    SESSION = "gouji"
    #: Equal to a field of the form, so that no other site signs anybody in.
    FORM = "gouji-form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookies:
    #: In the names: browsers keep one jar for all ports of a host.
    port: int
    #: Visitors come by https, though a proxy may speak http to us.
    https: bool

    def is_secure(self, connection: HTTPConnection) -> bool:
        return self.https or connection.scope.get("scheme") == "https"

    def get(self, connection: HTTPConnection, cookie: Cookie) -> str:
        return connection.cookies.get(self._name(connection, cookie), "")

    def set(
        self, response: Response, connection: HTTPConnection, cookie: Cookie, value: str
    ) -> None:
        response.set_cookie(
            self._name(connection, cookie),
            value,
            path="/",
            secure=self.is_secure(connection),
            httponly=True,
            samesite="lax",
        )

    def remove(self, response: Response, connection: HTTPConnection, cookie: Cookie) -> None:
        response.delete_cookie(
            self._name(connection, cookie),
            path="/",
            secure=self.is_secure(connection),
            httponly=True,
            samesite="lax",
        )

    def _name(self, connection: HTTPConnection, cookie: Cookie) -> str:
        """The prefix binds it to this host, to https and to the path `/`."""
        prefix = "__Host-" if self.is_secure(connection) else ""
        return f"{prefix}{cookie}-{self.port}"
