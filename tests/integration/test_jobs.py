"""Documents through a real broker, real workers and a real object store."""

from __future__ import annotations

from station import Station, page, wait_for, whole_result

from storage.results import DocumentVersion
from workers.listen import process_again


def test_a_document_ends_in_a_result(station: Station) -> None:
    station.tell(station.drop("县/局 2023+a.html"))
    envelope = station.done("县/局 2023+a.html")
    assert (envelope["schema"], envelope["status"]) == ("gouji/result@1", "done")
    assert envelope["source"]["key"] == "inbox/县/局 2023+a.html"
    assert envelope["source"]["name"] == "局 2023+a.html"
    assert envelope["source"]["size"] == len(page(title="县/局 2023+a.html"))
    assert len(envelope["source"]["sha256"]) == 64
    assert envelope["tables"][0]["cells"][0]["text"] == "规章"


def test_a_document_that_cannot_work_is_refused_at_once(station: Station) -> None:
    station.tell(station.drop("cut.pdf", b"%PDF-1.4 and no more"))
    station.tell(station.drop("empty.html", b""))
    station.start_worker("pdf")
    assert station.given_up("empty.html")["refusal"]["code"] == "empty"
    envelope = station.given_up("cut.pdf")
    assert (envelope["status"], envelope["refusal"]["code"]) == ("refused", "corrupt")
    assert envelope["attempts"] == 1
    assert envelope["first_failed_at"] == envelope["last_failed_at"]
    assert station.result("cut.pdf") is None
    station.at_rest()
    assert len(station.tries("cut.pdf")) == 1


def test_a_document_too_large_is_refused_without_being_fetched(station: Station) -> None:
    station.tell(station.drop("large.html", b" " * (2**20 + 1)))
    envelope = station.given_up("large.html")
    assert envelope["refusal"]["code"] == "too_large"
    assert envelope["source"]["sha256"] is None
    assert station.tries("large.html") == []


def test_told_many_times_a_document_is_read_once(station: Station) -> None:
    info = station.drop("slow-many.html")
    for _ in range(20):
        station.tell(info)
    station.done("slow-many.html")
    station.at_rest()
    assert len(station.tries("slow-many.html")) == 1
    assert station.objects("slow-many.html") == whole_result("slow-many.html")


def test_asked_for_again_many_times_a_document_is_read_once_more(station: Station) -> None:
    info = station.drop("slow-fifty.html")
    station.tell(info)
    station.done("slow-fifty.html")
    station.at_rest()
    version = DocumentVersion.of(info)
    process_again(station.app, [version] * 50)
    station.at_rest()
    assert len(station.tries("slow-fifty.html")) == 2
    process_again(station.app, [version])
    station.at_rest()
    assert len(station.tries("slow-fifty.html")) == 3


def test_a_document_told_of_after_it_went_is_nothing(station: Station) -> None:
    info = station.drop("gone.html")
    station.place.store._client().delete_object(Bucket=station.settings.s3_bucket, Key=info.key)
    station.tell(info)
    station.at_rest()
    assert station.objects("gone.html") == []


def test_our_own_defect_is_tried_three_times_and_mended_by_a_later_run(station: Station) -> None:
    info = station.drop("defect.html")
    station.tell(info)
    envelope = station.given_up("defect.html")
    assert envelope["status"] == "failed"
    assert envelope["error"] == {"type": "KeyError", "message": "'a surprise'"}
    assert envelope["attempts"] == 3
    assert envelope["first_failed_at"] < envelope["last_failed_at"]
    assert len(station.tries("defect.html")) == 3
    said = station.workers[0].log.read_text(encoding="utf-8")
    assert said.count("KeyError: 'a surprise'") >= 3, "each try with its traceback"
    assert said.count('"event": "job.gave_up"') == 1

    station.tell(info)  # not once more by itself
    station.at_rest()
    assert len(station.tries("defect.html")) == 3

    (station.folder / "mended").touch()
    station.tell(info, force=True)
    assert station.done("defect.html")["status"] == "done"
    station.at_rest()
    assert station.objects("defect.html") == whole_result("defect.html")


def test_overwritten_while_it_is_read_the_newer_version_has_the_result(station: Station) -> None:
    station.tell(station.drop("slow-twice.html", page(figure=1)))
    wait_until_begun(station, "slow-twice.html")
    newer = station.drop("slow-twice.html", page(figure=2))
    station.tell(newer)
    envelope = station.done("slow-twice.html")
    assert envelope["source"]["etag"] == newer.etag
    assert envelope["tables"][0]["cells"][1]["text"] == "2"
    station.at_rest()
    assert station.objects("slow-twice.html") == whole_result("slow-twice.html")


def test_reprocessed_while_it_is_read_a_document_is_read_once_more(station: Station) -> None:
    info = station.drop("slow-again.html")
    station.tell(info)
    wait_until_begun(station, "slow-again.html")
    station.tell(info, force=True)
    wait_for(lambda: len(station.tries("slow-again.html")) == 2)
    station.at_rest()
    assert station.objects("slow-again.html") == whole_result("slow-again.html")


def test_a_document_that_takes_too_much_memory_is_refused(station: Station) -> None:
    station.tell(station.drop("glutton.html"))
    assert station.given_up("glutton.html")["refusal"]["code"] == "out_of_memory"
    station.tell(station.drop("hog.html"))
    envelope = station.given_up("hog.html")
    assert (envelope["refusal"]["code"], envelope["attempts"]) == ("out_of_memory", 1)


def wait_until_begun(station: Station, name: str) -> None:
    wait_for(lambda: station.tries(name))
