#!/usr/bin/env bash
# moto 5.2.5 (boto3 1.44.5), with its check of IAM policies on.
#
# Expected: who may `sqs:DeleteMessage` may delete ten messages in one request: by AWS's documentation
# of Amazon SQS, permission for DeleteMessage holds for DeleteMessageBatch as well, and its table of
# actions has none of that name.
# Seen: moto refuses with 403 until a policy allows `sqs:DeleteMessageBatch`, so that the least policy
# of a program that passes against AWS fails against moto, and one that passes against moto holds an
# action that AWS does not know. boto3 finds no error code in that answer and says "403" in its place.
#
# Exit code 0: seen as told. 1: it behaves otherwise now.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[sqs,iam]==5.2.5' boto3==1.44.5
cat > "$folder/seen.py" <<'PYTHON'
import json

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

REGION = {"region_name": "us-east-1"}
NOBODY = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}


def allowed(*actions: str) -> dict[str, str]:
    """What each way of deleting comes to for a user with these actions."""
    with mock_aws():
        iam = boto3.client("iam", **REGION, **NOBODY)
        iam.create_user(UserName="one")
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_user_policy(UserName="one", PolicyName="p", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName="one")["AccessKey"]
        url = boto3.client("sqs", **REGION, **NOBODY).create_queue(QueueName="q")["QueueUrl"]
        own = {
            "aws_access_key_id": key["AccessKeyId"],
            "aws_secret_access_key": key["SecretAccessKey"],
        }
        sqs = boto3.client("sqs", **REGION, **own)
        return told(sqs, url)


@set_initial_no_auth_action_count(0)
def told(sqs, url: str) -> dict[str, str]:
    found = {}
    for way in ("one", "batch"):
        sqs.send_message(QueueUrl=url, MessageBody="m")
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        handle = message["ReceiptHandle"]
        try:
            if way == "one":
                sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
            else:
                sqs.delete_message_batch(
                    QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": handle}]
                )
            found[way] = "deleted"
        except ClientError as error:
            found[way] = error.response["Error"]["Code"]
    return found


USUAL = ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage")
with_one = allowed(*USUAL)
with_both = allowed(*USUAL, "sqs:DeleteMessageBatch")
print("allowed sqs:DeleteMessage:", with_one)
print("allowed sqs:DeleteMessageBatch as well:", with_both)
assert with_one["one"] == "deleted" and with_one["batch"] == "403", with_one
assert with_both == {"one": "deleted", "batch": "deleted"}, with_both
PYTHON
"$folder/venv/bin/python" "$folder/seen.py"
