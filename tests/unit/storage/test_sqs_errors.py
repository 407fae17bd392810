"""What SQS answers, as AWS words it, by who must act."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from storage.errors import Misconfigured, StorageError, Unavailable, sqs_errors


def met(error: Exception) -> StorageError:
    with pytest.raises(StorageError) as caught, sqs_errors("receive messages", "ReceiveMessage"):
        raise error
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith("receive messages: ")
    return caught.value


def answered(status: int, code: str, words: str = "") -> StorageError:
    response = {
        "Error": {"Code": code, "Message": words},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return met(ClientError(response, "ReceiveMessage"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "code", "words", "advice"),
    [
        (400, "AWS.SimpleQueueService.NonExistentQueue", "", "correct GOUJI_SQS_QUEUE_URL"),
        (403, "AccessDenied", "", "allow sqs:ReceiveMessage on the queue of GOUJI_SQS_QUEUE_URL"),
        (400, "AccessDeniedException", "", "allow sqs:ReceiveMessage on the queue of"),
        (400, "KMS.AccessDeniedException", "", "allow kms:Decrypt"),
        (403, "InvalidClientTokenId", "", "correct GOUJI_SQS_ACCESS_KEY"),
        (403, "SignatureDoesNotMatch", "", "GOUJI_SQS_SECRET_KEY"),
        (403, "ExpiredToken", "", "the keys have expired"),
        (
            403,
            "SignatureDoesNotMatch",
            "Credential should be scoped to a valid region. ",
            "correct GOUJI_SQS_QUEUE_URL, or GOUJI_S3_REGION",
        ),
        (400, "InvalidParameterValue", "", "check GOUJI_SQS_QUEUE_URL"),
        (404, "404", "", "check GOUJI_SQS_QUEUE_URL"),
    ],
)
def test_what_a_person_must_set_right(status: int, code: str, words: str, advice: str) -> None:
    error = answered(status, code, words)
    assert isinstance(error, Misconfigured)
    assert code in str(error)
    assert advice in str(error)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (500, "InternalFailure", ""),
        (503, "ServiceUnavailable", ""),
        (400, "RequestThrottled", ""),
        (400, "ThrottlingException", ""),
        (400, "KMS.ThrottlingException", ""),
        (403, "OverLimit", ""),
        (429, "TooManyRequestsException", ""),
        (403, "SignatureDoesNotMatch", "Signature expired: 20261130T000000Z is now earlier than"),
    ],
)
def test_what_passes(status: int, code: str, words: str) -> None:
    assert isinstance(answered(status, code, words), Unavailable)


def test_what_comes_before_an_answer() -> None:
    without = met(NoCredentialsError())
    assert isinstance(without, Misconfigured)
    assert "GOUJI_SQS_ACCESS_KEY" in str(without)
    away = met(EndpointConnectionError(endpoint_url="https://sqs.nowhere.amazonaws.com/"))
    assert isinstance(away, Unavailable)
    assert "GOUJI_SQS_QUEUE_URL" in str(away)


def test_what_is_a_defect_of_ours_stays_one() -> None:
    with pytest.raises(KeyError), sqs_errors("receive messages", "ReceiveMessage"):
        raise KeyError("x")
