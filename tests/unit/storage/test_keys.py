"""Names in the bucket: which keys are documents, and where their records go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import keys

#: Paths with all that is special: to S3, to file systems, and to our own naming.
PIECES = ["a", "b", "/", ".", "..", "\\", "%2F", "+", " ", "-", "~", "县", "😀", ".json"]
PIECES += ["result.json", "~" + "0" * 64, "x" * 250, "县" * 85, "y" * 1000]
PIECES += [".uploads", ".versions", "/.uploads/", "a.versions/"]
PIECES += ["/result.json", "/report.html", "/!", "/!x.json/", ".json/", "x" * 145 + ".json/"]
paths = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
objects = (paths | anything).map(lambda path: keys.INBOX + path).filter(keys.is_document)
dropped = objects.map(keys.document_key)
#: As an archive may call what is in it.
names = st.lists(st.sampled_from([*PIECES, "b.zip!", "c.eml!a"]), min_size=1, max_size=6).map(
    "".join
)
documents = dropped | st.builds(keys.member_key, dropped, names)


@pytest.mark.parametrize(
    "key",
    ["inbox/a", "inbox/2023/年报.pdf", "inbox/a/result.json", "inbox/../x", "inbox/" + "x" * 1018],
)
def test_documents(key: str) -> None:
    assert keys.is_document(key)


@pytest.mark.parametrize(
    "key",
    [
        "inbox/",
        "inbox/folder/",
        "inbox",
        "inboxes/a",
        "results/a/result.json",
        "inbox/.uploads/1/0001.part",
        "inbox/a.pdf.versions/v_67158dec",
        "inbox/a.pdf.versions",
        "inbox/" + "x" * 1019,
        "inbox/\ud800",
        "",
    ],
)
def test_no_documents(key: str) -> None:
    assert not keys.is_document(key)


@pytest.mark.parametrize(
    ("key", "result", "failed"),
    [
        ("a.html/result.json", "a.html/result.json~", "a.html/result.json~"),
        ("a/result.json/b", "a/result_json/b~", "a/result_json/b~"),
        ("a/report.html", "a/report.html~", "a/report.html~"),
        ("b.json/c", "b_json/c~", "b_json/c~"),
        ("a/!", "a/_~", "a/_~"),
        ("a/!/m.json/n", "a/_/m_json/n~", "a/_/m_json/n~"),
    ],
)
def test_paths_that_could_meet_the_record_of_another(key: str, result: str, failed: str) -> None:
    called = keys.document_key(f"inbox/{key}")
    assert keys.result_key(called).startswith(f"results/{result}")
    assert keys.failed_key(called).startswith(f"failed/{failed}")


@pytest.mark.parametrize(
    "path", ["result.json", "report.html", "!a", "b.json", "a/b.json", "a/report.pdf", "x.json.d/y"]
)
def test_paths_that_meet_nobody_are_kept(path: str) -> None:
    assert keys.kept_path(path) == path
    assert keys.older_path(path) is None


def test_where_records_of_the_first_version_are_looked_for() -> None:
    assert keys.result_keys("inbox/a.html/result.json") == (
        keys.result_key("inbox/a.html/result.json"),
        "results/a.html/result.json/result.json",
    )
    assert keys.failed_keys("inbox/b.json/c") == (
        keys.failed_key("inbox/b.json/c"),
        "failed/b.json/c.json",
    )
    assert keys.result_keys("inbox/a") == ("results/a/result.json",)


def test_where_the_records_of_a_document_are() -> None:
    assert keys.result_key("inbox/县/a.pdf") == "results/县/a.pdf/result.json"
    assert keys.output_key("inbox/县/a.pdf", "report.xlsx") == "results/县/a.pdf/report.xlsx"
    assert keys.failed_key("inbox/县/a.pdf") == "failed/县/a.pdf.json"
    assert keys.review_key("inbox/县/a.pdf") == "reviews/县/a.pdf.json"


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\\b", "result.json", "n" * 41])
def test_names_that_no_output_may_have(name: str) -> None:
    with pytest.raises(ValueError, match="name of an output"):
        keys.output_key("inbox/a", name)


@pytest.mark.parametrize("key", ["results/a", "inbox/", ""])
def test_only_documents_have_records(key: str) -> None:
    with pytest.raises(ValueError, match="not the key of a document"):
        keys.result_key(key)


@pytest.mark.parametrize(
    ("key", "begin"),
    [
        ("inbox/../secret", "results/secret~"),
        ("inbox/a//b", "results/a/b~"),
        ("inbox/a\\b", "results/a_b~"),
        ("inbox/..", "results/~"),
        ("inbox/" + "x" * 255, "results/" + "x" * 150 + "~"),
        ("inbox/a~" + "0" * 64, "results/a~" + "0" * 64 + "~"),
    ],
)
def test_paths_that_cannot_be_kept(key: str, begin: str) -> None:
    assert keys.result_key(key).startswith(begin)
    assert keys.document_of(keys.result_key(key)) is None
    assert keys.document_of(keys.failed_key(key)) is None
    assert keys.document_of(keys.review_key(key)) is None


def test_the_hashed_form_never_changes() -> None:
    """Records of years ago must be found again."""
    assert keys.result_key("inbox/a//b") == (
        "results/a/b~7a9acf331a5dc1e020c17901e85936a279e0aa49b04474b13fa2ee63f80fa57a/result.json"
    )


@pytest.mark.parametrize(
    "key",
    ["results/a/report.html", "failed/a", "inbox/a", "failed/.json", "reviews/a", "reviews/.json"],
)
def test_keys_of_no_record(key: str) -> None:
    assert keys.document_of(key) is None


@given(objects)
def test_there_and_back(object_key: str) -> None:
    path = keys.path_of(object_key)
    key = keys.document_key(object_key)
    expected = key if keys.kept_path(path) == path else None
    assert keys.document_of(keys.result_key(key)) == expected
    assert keys.document_of(keys.failed_key(key)) == expected
    assert keys.document_of(keys.review_key(key)) == expected


@given(dropped, names)
def test_there_and_back_of_a_member(archive: str, member: str) -> None:
    """Whoever only sees the record is told whose it is, or that its key does not say."""
    key = keys.member_key(archive, member)
    assert keys.apart(key) == (keys.apart(archive)[0], member)
    assert keys.archive_of(key) == archive
    assert keys.key_in({"key": keys.apart(archive)[0], "member": member}) == key
    for record in (keys.result_key(key), keys.failed_key(key), keys.review_key(key)):
        assert keys.document_of(record) in (key, None)


@given(objects, objects)
def test_what_documents_are_called(one: str, other: str) -> None:
    """By their objects, without two that are called alike, or as a member is."""
    assert (keys.document_key(one) == keys.document_key(other)) == (one == other)
    assert keys.apart(keys.document_key(one)) == (one, None)


def test_where_the_records_of_a_member_are() -> None:
    key = keys.member_key("inbox/2024/全县.zip", "各镇/乡镇.zip!年报.DOCX")
    assert key == "inbox/2024/全县.zip/!/各镇/乡镇.zip!年报.DOCX"
    folder = "results/2024/全县.zip/!/各镇/乡镇.zip!年报.DOCX"
    assert keys.result_key(key) == f"{folder}/result.json"
    assert keys.original_key(key, "e").startswith(f"{folder}/!original-")
    assert keys.original_key(key, "e").endswith(".docx")
    assert keys.original_key(key, "e") != keys.original_key(key, "f")
    assert keys.failed_key(key) == "failed/2024/全县.zip/!/各镇/乡镇.zip!年报.DOCX.json"
    assert keys.review_key(key) == "reviews/2024/全县.zip/!/各镇/乡镇.zip!年报.DOCX.json"
    assert keys.members_key("inbox/2024/全县.zip") == "results/2024/全县.zip/!members.json"
    assert keys.document_of(keys.failed_key(key)) == key


@given(documents)
def test_names_fit_into_every_store(key: str) -> None:
    output = keys.output_key(key, "!" + "o" * (keys.OUTPUT_NAME_BYTES - 1))
    original = keys.original_key(key, "e")
    for name in (
        keys.result_key(key),
        output,
        keys.failed_key(key),
        keys.review_key(key),
        original,
    ):
        assert len(name.encode()) <= keys.KEY_BYTES
        parts = name.split("/")
        assert all(part not in ("", ".", "..") and len(part.encode()) <= 255 for part in parts)
        assert "\\" not in name
        assert ".uploads" not in parts
        assert not any(part.endswith(".versions") for part in parts)


def names_of(key: str) -> set[str]:
    outputs = {keys.output_key(key, name) for name in (*keys.OUTPUT_NAMES, "!later.json")}
    records = {keys.result_key(key), keys.failed_key(key), keys.review_key(key)}
    return {*records, *outputs, keys.members_key(key), keys.original_key(key, "e")}


#: The same few names again and again, so that one document is often a folder of another.
few = st.lists(
    st.sampled_from(["a", "result.json", "report.html", "b.json", "!", "!later.json", "..", ""]),
    min_size=1,
    max_size=4,
).map("/".join)
few_documents = (
    (few | paths)
    .map(lambda path: keys.INBOX + path)
    .filter(keys.is_document)
    .map(keys.document_key)
)
related = few_documents | st.builds(keys.member_key, few_documents, few)


@given(related, st.lists(related, min_size=1, max_size=4), st.data())
def test_no_record_is_that_of_another_document_nor_a_folder_of_it(
    one: str, others: list[str], data: st.DataObject
) -> None:
    """Also of documents that are called as a record of the first, or lie below it."""
    derived = keys.INBOX + data.draw(st.sampled_from(sorted(names_of(one)))).split("/", 1)[1]
    below = f"{keys.apart(one)[0]}/{keys.apart(others[0])[0].removeprefix(keys.INBOX)}"
    for other in (*others, keys.document_key(derived), keys.document_key(below)):
        if other == one or not keys.may_be_document(other):
            continue
        for mine in names_of(one):
            for theirs in names_of(other):
                assert mine != theirs
                assert not mine.startswith(theirs + "/")
                assert not theirs.startswith(mine + "/")


@given(related, related)
def test_no_older_record_is_taken_for_that_of_another_document(one: str, other: str) -> None:
    if one != other:
        assert not set(keys.result_keys(one)) & set(keys.result_keys(other))
        assert not set(keys.failed_keys(one)) & set(keys.failed_keys(other))


@given(documents)
def test_the_record_of_a_record_is_another(key: str) -> None:
    """A file named like the remains of another's hash, or like its result."""
    for derived in (keys.result_key(key), keys.failed_key(key), keys.review_key(key)):
        object_key = keys.INBOX + derived.split("/", 1)[1]
        namesake = keys.document_key(object_key)
        if namesake != key and keys.is_document(object_key):
            assert keys.result_key(namesake) != keys.result_key(key)
            assert keys.failed_key(namesake) != keys.failed_key(key)
            assert keys.review_key(namesake) != keys.review_key(key)
