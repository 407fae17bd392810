"""What every answer tells the browser: to run and load nothing but what is ours."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
#: On every answer.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
#: A year, in which the browser asks by https only.
HSTS = "max-age=31536000"
STATIC = "/static/"


def told(send: Send, path: str, *, https: bool) -> Send:
    """`send`, with the headers of an answer to `path`."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            # Originals bring stricter ones: they are sandboxed, and framed by our pages.
            for name, value in {**ALWAYS, "Content-Security-Policy": CSP}.items():
                headers.setdefault(name, value)
            # What is said of a file that is not there is a page, and of who asked for it.
            if not path.startswith(STATIC) or message["status"] >= HTTPStatus.BAD_REQUEST:
                headers["Cache-Control"] = "no-store"
            if https:
                headers["Strict-Transport-Security"] = HSTS
        await send(message)

    return send_with_headers
