"""The catalogue's address: as people write it -> what the driver of the database takes.

Nothing of an address is said again but what an option is called: where somebody left an `@` or
a `/` of a password as it is, any other part of it may be a piece of the password.

Source: SQLAlchemy `engine/url.py`; libpq, `sslmode`; pg8000 `core.make_socket`.
"""

from __future__ import annotations

import ssl
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa

#: The first one is what addresses of other programs begin with.
_POSTGRESQL = ("postgres", "postgresql")
_PORTS = range(1, 65536)
#: `sslmode` of libpq -> `ssl_context` of pg8000: False without TLS, True with, whoever answers.
_TLS: dict[str, Callable[[], ssl.SSLContext | bool | None]] = {
    "disable": lambda: False,
    "prefer": lambda: None,
    "require": lambda: True,
    "verify-full": ssl.create_default_context,
}
#: Of pg8000, and what an operator may choose.
_OPTIONS = ("sslmode", "unix_sock", "application_name")


class AddressError(ValueError):
    """What is wrong with an address, and what to write, in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"GOUJI_CATALOGUE_URL: {en}")
        self.zh = f"GOUJI_CATALOGUE_URL：{zh}"


def parsed(address: str) -> tuple[sa.URL, dict[str, Any]]:
    """For SQLAlchemy, and what the driver is to be called with besides. Raises AddressError."""
    scheme, _, rest = address.strip().partition("://")
    backend = scheme.partition("+")[0].casefold()
    if backend == "sqlite":
        return _file(rest), {}
    if backend in _POSTGRESQL:
        return _server(rest)
    raise AddressError(
        "begin it with sqlite:/// or postgresql://, or write none",
        "请以 sqlite:/// 或 postgresql:// 开头，或者写 none",
    )


def _file(rest: str) -> sa.URL:
    complaint = AddressError(
        "write the file of an SQLite database as sqlite:///FOLDER/FILE.db, or from the root"
        " as sqlite:////FOLDER/FILE.db, with %3F for a ?",
        "SQLite 数据库要写明文件：sqlite:///文件夹/文件.db，绝对路径写作"
        " sqlite:////文件夹/文件.db，其中的 ? 写作 %3F",
    )
    # Behind two slashes would be a host, and in memory each process would have another one.
    if not rest.startswith("/") or "?" in rest:
        raise complaint
    url = sa.make_url(f"sqlite://{rest}")
    if url.database in (None, "", ":memory:") or "\0" in url.database:
        raise complaint
    return url


def _server(rest: str) -> tuple[sa.URL, dict[str, Any]]:
    if rest.count("@") > 1:
        raise AddressError(
            "write an @ of a user name or password as %40",
            "用户名或密码中的 @ 要写作 %40",
        )
    complaint = AddressError(
        "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @, %2F for a /,"
        " %3A for a : and %25 for a % of the user name or password",
        "请写作 postgresql://用户名:密码@主机:端口/数据库，用户名或密码中的 @ 写作 %40、"
        "/ 写作 %2F、: 写作 %3A、% 写作 %25",
    )
    try:
        url = sa.make_url(f"postgresql+pg8000://{rest}")
        (url.host or "").encode("idna")
    except (ValueError, sa.exc.ArgumentError):
        # What these say has parts of the address in it.
        raise complaint from None
    is_text = not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in unquote(rest))
    if not url.username or not is_text or (url.port is not None and url.port not in _PORTS):
        raise complaint
    options = {name: _option(name, value) for name, value in url.query.items()}
    if "sslmode" in options:
        options["ssl_context"] = options.pop("sslmode")
    return url.set(query={}), options


def _option(name: str, value: str | tuple[str, ...]) -> Any:
    if name not in _OPTIONS or not isinstance(value, str):
        known = ", ".join(_OPTIONS)
        raise AddressError(
            f"the option {name} is not taken here; those that are, once each: {known}",
            f"不支持选项 {name}；可用的有（各写一次）：{known}",
        )
    if name != "sslmode":
        return value
    if value not in _TLS:
        known = ", ".join(_TLS)
        raise AddressError(f"sslmode is one of {known}", f"sslmode 须为以下之一：{known}")
    return _TLS[value]()
