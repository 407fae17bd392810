"""Templates, with what every page has: the language, who it is for, and the token of its forms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from storage import keys
from tasks.render.identity import finding_id
from tasks.render.rules import rule_name
from tasks.render.templating import environment
from workers.cli.language import Language
from workers.site.access.guard import session_of
from workers.site.access.users import Role
from workers.site.words import VERDICTS, words

LANGUAGE_COOKIE = "gouji_language"
_HTMX = "hx-request"


def language(request: Request) -> str:
    """What was chosen, else what the browser asks for; Chinese where it asks for neither."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in tuple(Language):
        return chosen
    wanted = request.headers.get("accept-language", "").strip().lower()
    return Language.EN if wanted.startswith("en") else Language.ZH


def is_fragment(request: Request) -> bool:
    """Whether a script asks for a part of a page that is there."""
    return _HTMX in request.headers


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page or a part of one, in the language of who asks."""
    return templates().TemplateResponse(request, template, context, status_code=status)


def _common(request: Request) -> dict[str, Any]:
    spoken, session = language(request), session_of(request)
    return {
        "lang": spoken,
        "t": words(spoken),
        "verdicts": {name: said.in_(spoken) for name, said in VERDICTS.items()},
        "who": session.user if session else None,
        "may_work": session is not None and session.user.role.may(Role.REVIEWER),
        "csrf": session.csrf if session else "",
        "path": request.url.path,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "flower": request.app.state.desk.flower,
        "came_from": _came_from(request),
    }


def _came_from(request: Request) -> str:
    """The list that led here, as it was asked; else the inbox."""
    before = urlsplit(request.headers.get("referer", ""))
    is_list = before.path in ("/", "/review", "/failed")
    if before.netloc != request.headers.get("host") or not is_list:
        return "/"
    return before.path + (f"?{before.query}" if before.query else "")


def shown_moment(moment: datetime | str | None) -> str:
    """To the minute, where the server is."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def path_of(key: str) -> str:
    return key.removeprefix(keys.INBOX)


def rules_named(rules: Iterable[str], language: str) -> list[tuple[str, str]]:
    return [(rule, rule_name(rule, language)) for rule in rules]


def link(path: str, **query: Any) -> str:
    """`/document?key=…`; what is None is left out."""
    said = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{path}?{said}" if said else path


@cache
def templates() -> Jinja2Templates:
    ours = environment("workers.site", "tasks.render")
    ours.globals["link"] = link
    ours.filters |= {
        "moment": shown_moment,
        "path": path_of,
        "finding_id": finding_id,
        "rules_named": rules_named,
    }
    return Jinja2Templates(env=ours, context_processors=[_common])
