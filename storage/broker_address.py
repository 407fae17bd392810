"""The broker's address, with what TLS needs said in it for everybody who reads it.

kombu (Celery, Flower) and redis-py read the same `rediss://` address and differ where it says
nothing: redis-py verifies the server's certificate, kombu does not. So what is left out is
filled in here: the certificate is verified, and so is the name in it, unless the address says
otherwise.

Source: kombu 5.7 `Connection._init_params`, redis-py 8.1 `SSLConnection`.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

_REQUIREMENTS = {
    "none": ssl.CERT_NONE,
    "optional": ssl.CERT_OPTIONAL,
    "required": ssl.CERT_REQUIRED,
}


def verified(url: str, authority: Path | None) -> str:
    """The address with what it leaves open about TLS filled in; `redis://` as it is.

    `authority`: file with the certificates that are trusted, PEM; None: those of the system.
    """
    parts = urlsplit(url)
    if parts.scheme != "rediss":
        return url
    chosen = {"ssl_cert_reqs": "required", "ssl_check_hostname": "true"}
    if authority is not None:
        chosen["ssl_ca_certs"] = str(authority)
    chosen |= dict(parse_qsl(parts.query))
    return parts._replace(query=urlencode(chosen)).geturl()


def tls(url: str) -> dict[str, Any] | None:
    """What a verified address says about TLS, as Celery's `broker_use_ssl`; None: there is none."""
    parts = urlsplit(url)
    if parts.scheme != "rediss":
        return None
    said: dict[str, Any] = {
        name: value for name, value in parse_qsl(parts.query) if name.startswith("ssl_")
    }
    said["ssl_cert_reqs"] = _REQUIREMENTS[said["ssl_cert_reqs"].lower().removeprefix("cert_")]
    said["ssl_check_hostname"] = said["ssl_check_hostname"].lower() != "false"
    return said


def complaint(url: str, authority: Path | None) -> str | None:
    """What an operator has to change, if anything."""
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss"):
        return "GOUJI_BROKER_URL must begin with redis:// or rediss://"
    asked = dict(parse_qsl(parts.query)).get("ssl_cert_reqs")
    if asked is not None and asked.lower().removeprefix("cert_") not in _REQUIREMENTS:
        return "ssl_cert_reqs in GOUJI_BROKER_URL must be required, optional or none"
    if authority is None:
        return None
    if parts.scheme == "redis":
        return (
            "GOUJI_BROKER_CA_FILE is of no use without TLS: begin GOUJI_BROKER_URL with rediss://"
        )
    if asked is not None and asked.lower().removeprefix("cert_") == "none":
        return "GOUJI_BROKER_CA_FILE and ssl_cert_reqs=none contradict each other: leave one out"
    try:
        ssl.create_default_context(cafile=authority)
    except OSError as error:
        why = error.strerror if type(error) is not ssl.SSLError else "no certificate in it"
        return f"GOUJI_BROKER_CA_FILE: {authority} cannot be used ({why}); give a file in PEM"
    return None
