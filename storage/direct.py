"""The requests that the service lives by, on a short way to a store that is addressed plainly.

botocore spends two milliseconds on a request: it looks up what the call is named, checks and
writes its parameters, asks a rule book for the address, and parses the answer by a model. What
a document needs are three requests without any of that: GET, HEAD and PUT of one key. They are
signed as botocore signs (its own signer), and sent by the library that it sends with.

A client of boto3 also takes 20 MiB, most of it the model of all that S3 can do. So a listing, the
deletion of a key and a new bucket go this way too: where all is well no process has a client.

Only a plain answer is taken from here. Whatever else happens (a connection that breaks, a store
that is busy, a refusal, an answer without its headers) is no answer, and the caller asks once
more by boto3, which knows when to try again and what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import getproxies_environment

from storage.listing import NoPage, Page, page_of

#: Seconds, as boto3's.
CONNECT_SECONDS, READ_SECONDS = 5, 30
_CONNECTIONS = 32
#: An error says what it is in its first bytes.
_ERROR_BYTES = 4096
OK, GONE, NOT_FOUND, BUSY, NOT_AS_TOLD = 200, 204, 404, 409, 412
#: By status what a body must say for the answer to be plain; a HEAD has none.
_CODES = {
    NOT_FOUND: b"<Code>NoSuchKey</Code>",
    BUSY: b"<Code>ConditionalRequestConflict</Code>",
    NOT_AS_TOLD: b"<Code>PreconditionFailed</Code>",
}


class NoAnswer(Exception):
    """Nothing plain came: ask by boto3."""


@dataclass(frozen=True, slots=True)
class Answer:
    #: 200, 404 (no such key), 409 (another one writes it) or 412 (not what the condition says).
    status: int
    #: Without regard to case.
    headers: Mapping[str, str]
    #: What is left to read of a GET; of another answer nothing.
    _raw: Any

    def header(self, name: str) -> str:
        """Raises NoAnswer where it is not there."""
        try:
            return self.headers[name]
        except KeyError as error:
            raise NoAnswer from error

    def read(self) -> bytes:
        """All of the body. Raises NoAnswer where it breaks off."""
        from urllib3.exceptions import HTTPError

        try:
            body: bytes = self._raw.read()
        except (HTTPError, OSError) as error:
            raise NoAnswer from error
        self._raw.release_conn()
        return body

    def leave(self) -> None:
        """The body is not wanted; its connection goes with it."""
        self._raw.close()


class Direct:
    """One bucket. May be used by several threads at once."""

    def __init__(
        self, *, endpoint: str, bucket: str, access_key: str, secret_key: str, region: str
    ) -> None:
        from botocore.auth import S3SigV4Auth
        from botocore.credentials import Credentials
        from urllib3 import HTTPConnectionPool, Timeout

        address = urlsplit(endpoint)
        self._base = f"{address.path.rstrip('/')}/{bucket}/"
        self._origin = f"http://{address.netloc}"
        self._signer = S3SigV4Auth(Credentials(access_key, secret_key), "s3", region)
        self._pool = HTTPConnectionPool(
            address.hostname or "",
            address.port,
            maxsize=_CONNECTIONS,
            timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        )

    @classmethod
    def to(
        cls,
        *,
        endpoint: str | None,
        bucket: str,
        access_key: str | None,
        secret_key: str | None,
        region: str,
    ) -> Self | None:
        """None where the way is not plain: AWS itself, https with its certificates, a role that
        changes its keys, a proxy between."""
        if endpoint is None or access_key is None or secret_key is None:
            return None
        address = urlsplit(endpoint)
        is_plain = address.scheme == "http" and address.hostname and not address.query
        if not is_plain or not (is_loopback(endpoint) or not getproxies_environment()):
            return None
        return cls(
            endpoint=endpoint,
            bucket=bucket,
            access_key=access_key,
            secret_key=secret_key,
            region=region,
        )

    def ask(
        self,
        method: str,
        key: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        version_id: str | None = None,
    ) -> Answer:
        """GET, HEAD, PUT or DELETE of one key. Raises NoAnswer."""
        path = self._base + quote(key, safe="/~")
        if version_id is not None:
            path += f"?versionId={quote(version_id, safe='~')}"
        return self._sent(method, path, headers, body)

    def listed(self, queries: Mapping[str, str]) -> Page:
        """A page of the bucket; `queries`: parameters of ListObjectsV2. Raises NoAnswer."""
        asked = {"list-type": "2", "encoding-type": "url", **queries}
        path = f"{self._base[:-1]}?{urlencode(sorted(asked.items()), quote_via=quote, safe='~')}"
        answer = self._sent("GET", path, {})
        try:
            return page_of(answer.read())
        except NoPage as error:
            raise NoAnswer from error

    def make_bucket(self) -> None:
        """Raises NoAnswer, also where it is there already."""
        self._sent("PUT", self._base[:-1], {})

    def _sent(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        from urllib3.exceptions import HTTPError

        try:
            raw = self._pool.urlopen(
                method,
                path,
                body=body if method == "PUT" else None,
                headers=self._signed(method, path, headers, body),
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
            )
        except (HTTPError, OSError) as error:
            raise NoAnswer from error
        return _plain(method, Answer(raw.status, raw.headers, raw))

    def _signed(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> dict[str, str]:
        from botocore.awsrequest import AWSRequest

        request = AWSRequest(method, self._origin + path, dict(headers), body)
        self._signer.add_auth(request)
        return dict(request.headers.items())


def _plain(method: str, answer: Answer) -> Answer:
    """With nothing left to read but the body of a GET. Raises NoAnswer."""
    if answer.status == OK and method == "GET":
        return answer
    if method == "HEAD":
        answer.read()
        is_plain = answer.status in (OK, NOT_FOUND)
    else:
        code = _CODES.get(answer.status)
        said = answer.read()[:_ERROR_BYTES]
        is_done = answer.status == (GONE if method == "DELETE" else OK)
        is_plain = is_done or (code is not None and code in said)
    if not is_plain:
        raise NoAnswer
    return answer


def is_loopback(endpoint: str | None) -> bool:
    return endpoint is not None and urlsplit(endpoint).hostname in ("127.0.0.1", "localhost", "::1")
