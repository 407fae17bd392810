"""What SeaweedFS is told so that its S3 port is the only door, and that one asks for keys.

Left alone, its filer, its master and its volume server answer anybody who reaches them: reading
and deleting any object takes no key. Each of them can be told to speak TLS and to ask who calls for
a certificate (`[https.*]`, `[grpc.*]`), and to want each request signed (`[jwt.*]`). Both are
used: the certificate keeps strangers out, the signatures those who hold a certificate of another
process. The authority that signs is made for this and thrown away, so there is one certificate, and
nobody can make a second.

    certificate(names)          authority, certificate and key, PEM
    security(folder, keys)      the text of `security.toml`
    identities(accounts)        the text of the file for `-s3.config`

Source: `weed scaffold -config=security` of SeaweedFS 4.48.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AUTHORITY, CERTIFICATE, KEY = "authority.crt", "store.crt", "store.key"
#: Sections of security.toml for those who answer, and for those who call.
_HTTP = ("master", "volume", "filer", "admin")
_GRPC = ("master", "volume", "filer", "s3", "admin", "worker", "mq", "msg_broker", "msg_agent")
_SIGNATURES = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
#: Nobody renews it by hand; a new one is made whenever its folder is empty.
_YEARS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate for both ends of every connection inside the store. PEM."""

    authority: bytes
    certificate: bytes
    key: bytes

    def files(self) -> dict[str, bytes]:
        """Name -> what stands in it."""
        return {AUTHORITY: self.authority, CERTIFICATE: self.certificate, KEY: self.key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who may do what in the bucket."""

    name: str
    access_key: str
    secret_key: str
    #: A policy as AWS writes them; None: everything, for who makes the bucket.
    policy: Mapping[str, Any] | None = None


def certificate(names: Iterable[str]) -> Certificate:
    """A certificate for these host names and addresses, by an authority whose key is forgotten."""
    # Here and not above: only who starts a store needs it.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    now = datetime.datetime.now(datetime.UTC)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def begun(subject: str, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named("gouji authority"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            # A clock that is a little behind must not find it to be of the future.
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=365 * _YEARS))
        )

    authority = (
        begun("gouji authority", authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    own = (
        begun("gouji store", key.public_key())
        .add_extension(x509.SubjectAlternativeName([*map(_general, names)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage(both), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    return Certificate(
        authority=authority.public_bytes(serialization.Encoding.PEM),
        certificate=own.public_bytes(serialization.Encoding.PEM),
        key=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def _general(name: str) -> Any:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def signing_keys() -> tuple[str, ...]:
    """New ones, one for each kind of request that is signed inside the store."""
    return tuple(secrets.token_hex(32) for _ in _SIGNATURES)


def security(folder: Path, keys: Sequence[str]) -> str:
    """`security.toml`. `folder`: where the store finds its certificate; `keys`: signing keys."""
    pair: dict[str, object] = {"cert": folder / CERTIFICATE, "key": folder / KEY}
    authority: dict[str, object] = {"ca": folder / AUTHORITY}
    sections: dict[str, dict[str, object]] = {
        name: {"key": key} for name, key in zip(_SIGNATURES, keys, strict=True)
    }
    sections["grpc"] = authority
    sections |= {f"grpc.{name}": pair for name in (*_GRPC, "client")}
    sections |= {f"https.{name}": pair | authority for name in _HTTP}
    sections["https.client"] = {"enabled": True, **pair, **authority}
    return "\n".join(_section(name, values) for name, values in sections.items())


def _section(name: str, values: Mapping[str, object]) -> str:
    # JSON strings and booleans are TOML's.
    lines = (
        f"{key} = {json.dumps(value if isinstance(value, bool) else str(value))}\n"
        for key, value in values.items()
    )
    return f"[{name}]\n{''.join(lines)}"


def identities(accounts: Iterable[Account]) -> str:
    """What `-s3.config` reads: users, their keys, and their policies."""
    told = list(accounts)
    return json.dumps(
        {
            "identities": [_identity(account) for account in told],
            "policies": [
                {"name": account.name, "content": json.dumps(account.policy)}
                for account in told
                if account.policy is not None
            ],
        },
        indent=1,
    )


def _identity(account: Account) -> dict[str, Any]:
    rights: dict[str, Any] = (
        {"actions": ["Admin", "Read", "Write", "List", "Tagging"]}
        if account.policy is None
        else {"policyNames": [account.name]}
    )
    keys = [{"accessKey": account.access_key, "secretKey": account.secret_key}]
    return {"name": account.name, "credentials": keys, **rights}
