"""An archive through the service: what its documents became, by the commands and in the pages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from served import Up, gouji, until

from samples import archives

KEY = "全县/各单位.zip"
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
ROW = "<td>{}</td>" * 7


def report(organ: str, wrong: int = 0) -> bytes:
    """A page with the third table's first and last rows, of which one may not tie."""
    new = (3, 1, 0, 0, 0, 0, 4 + wrong)
    none = (0,) * 7
    heads = "".join(
        f"<td>{name}</td>"
        for name in (
            "自然人",
            "商业企业",
            "科研机构",
            "社会公益组织",
            "法律服务机构",
            "其他",
            "总计",
        )
    )
    rows = [
        ("一、本年新收政府信息公开申请数量", new),
        ("二、上年结转政府信息公开申请数量", none),
        ("（一）予以公开", (3, 1, 0, 0, 0, 0, 4)),
        ("（七）总计", (3, 1, 0, 0, 0, 0, 4)),
        ("四、结转下年度继续办理", none),
    ]
    body = "".join(f"<tr><td>{name}</td>{ROW.format(*row)}</tr>" for name, row in rows)
    title = f"{organ}2023年政府信息公开工作年度报告"
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>"
        f"<p>三、收到和处理政府信息公开申请情况</p>"
        f"<table><tr><td>（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
        f"</td>{heads}</tr>{body}</table></body></html>"
    ).encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Names in GBK, as the tools of offices write them."""
    return archives.zipped(tuple(members.items()), codec="gbk")


MEMBERS = {
    "各镇/东山镇.html": report("清河县东山镇人民政府"),
    "各镇/内.zip": zipped({"西岭镇.html": report("清河县西岭镇人民政府", wrong=5)}),
    "照片.png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
    "__MACOSX/._x": b"\x00",
}
NAMES = ["各镇/东山镇.html", "各镇/内.zip!西岭镇.html", "照片.png"]


@pytest.fixture(scope="module")
def archive(up: Up) -> dict[str, Any]:
    """Its record, once it is there."""
    up.put(KEY, zipped(MEMBERS))
    found: dict[str, Any] = until(lambda: up.result(KEY))
    return found


def document(name: str) -> str:
    return f"inbox/{KEY}/!/{name}"


def test_the_record_of_the_archive_lists_its_members(archive: dict[str, Any]) -> None:
    assert archive["document"]["format"] == "archive"
    assert archive["report"] is None
    assert [one["member"] for one in archive["members"]] == NAMES
    assert [one["outcome"] for one in archive["members"]][1:] == ["error", "refused"]
    assert archive["members"][1]["organ"] == "清河县西岭镇人民政府"


def test_each_member_has_its_record_beside_it(up: Up, archive: dict[str, Any]) -> None:
    member = up.result(f"{KEY}/!/各镇/内.zip!西岭镇.html")
    assert member is not None
    source = member["source"]
    assert (source["name"], source["member"]) == ("各单位.zip", "各镇/内.zip!西岭镇.html")
    assert source["etag"] == archive["source"]["etag"]
    assert member["report"]["year"] == 2023
    assert "requests.applicants" in [finding["rule"] for finding in member["findings"]]
    letter = up.s3.get_object(Bucket=up.bucket, Key=f"failed/{KEY}/!/照片.png.json")["Body"].read()
    assert json.loads(letter)["refusal"]["code"] == "corrupt"


def test_the_commands_know_the_members(up: Up, archive: dict[str, Any], tmp_path: Path) -> None:
    assert archive
    listed = gouji(up.home, "list", "--prefix", "全县/", "--json").stdout.splitlines()
    told = {one["key"]: one["status"] for one in map(json.loads, listed)}
    assert told == {document(NAMES[1]): "errors", document(NAMES[2]): "refused"}
    told_all = gouji(up.home, "results", KEY).stdout
    assert all(name in told_all for name in NAMES)
    one = gouji(up.home, "results", document(NAMES[1]), "--json")
    assert json.loads(one.stdout)["source"]["member"] == NAMES[1]
    assert gouji(up.home, "results", document("没有.html")).returncode == 1
    failed = gouji(up.home, "failed").stdout
    assert "照片.png" in failed
    to = tmp_path / "all.csv"
    assert gouji(up.home, "export", "--to", str(to), "--prefix", "全县/").returncode == 0
    assert "清河县东山镇人民政府" in to.read_text(encoding="utf-8-sig")


def written(up: Up, key: str) -> Any:
    return up.s3.head_object(Bucket=up.bucket, Key=key)["LastModified"]


def test_a_member_is_processed_again(up: Up, archive: dict[str, Any]) -> None:
    records = (f"failed/{KEY}/!/照片.png.json", f"results/{KEY}/result.json")
    before = [written(up, key) for key in records]
    answer = gouji(up.home, "reprocess", "--key", document(NAMES[2]))
    assert answer.stdout.split("\n")[0] == document(NAMES[2])
    for key, first in zip(records, before, strict=True):
        until(lambda key=key, first=first: written(up, key) != first)
    again = up.result(KEY)
    assert again is not None
    assert [one["member"] for one in again["members"]] == NAMES


def test_the_pages_show_the_archive_and_what_is_in_it(up: Up, archive: dict[str, Any]) -> None:
    assert archive
    with httpx.Client(base_url=up.up["site"], trust_env=False, follow_redirects=True) as person:
        signing = person.get("/sign-in").text
        token = re.search(r'name="csrf" value="([^"]+)"', signing)
        signed = person.post(
            "/sign-in",
            data={
                "csrf": token[1] if token else "",
                "user": up.up["site_user"],
                "password": up.up["site_password"],
            },
        )
        assert signed.status_code == 200, signed.text
        shown = person.get("/document", params={"key": f"inbox/{KEY}"}).text
        assert [name for name in NAMES if name not in shown] == [], shown
        assert "清河县西岭镇人民政府" in shown
        member = person.get("/document", params={"key": document(NAMES[1])})
        assert member.status_code == 200
        assert "清河县西岭镇人民政府" in member.text
        original = person.get("/download", params={"key": document(NAMES[1]), "what": "original"})
        assert original.content == report("清河县西岭镇人民政府", wrong=5)
        book = person.get("/download", params={"key": f"inbox/{KEY}", "what": "report.xlsx"})
        assert zipfile.is_zipfile(io.BytesIO(book.content))
        assert person.get("/document", params={"key": document("没有.html")}).status_code == 404
