"""Of which class a request is, by what the site and the listener have routes for."""

from __future__ import annotations

from starlette.routing import BaseRoute

from workers.answered import ROUTES, route_of
from workers.listen import HEALTH
from workers.metrics import ROUTES as DECLARED
from workers.site.app import routes

#: Nobody looks at how often people change the language.
_OTHERS = {"/language"}


def path_of(route: BaseRoute) -> str:
    return str(route.path)  # type: ignore[attr-defined] - all of ours have one


def test_each_page_has_its_class() -> None:
    paths = {path_of(route) for route in (*routes(), HEALTH)}
    assert {path for path in paths if route_of(path) == "other"} == _OTHERS


def test_each_class_is_declared_and_is_that_of_something() -> None:
    assert {*ROUTES.values(), "other"} == set(DECLARED)


def test_what_is_no_page_is_other_whatever_it_is() -> None:
    for path in ("*", "", "/x" * 1000, "//", "/etc/passwd", "/EVENTS", "events/../x"):
        assert route_of(path) in ("other", "list", "events")
    assert route_of("/overview/sums.xlsx") == "overview"
    assert route_of("/static/site.css") == "static"
