"""Names in the bucket: which keys are documents, and where their records go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import keys

#: Paths with all that is special: to S3, to file systems, and to our own naming.
PIECES = ["a", "b", "/", ".", "..", "\\", "%2F", "+", " ", "-", "~", "县", "😀", ".json"]
PIECES += ["result.json", "~" + "0" * 64, "x" * 250, "县" * 85, "y" * 1000]
paths = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
documents = (paths | anything).map(lambda path: keys.INBOX + path).filter(keys.is_document)


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


def test_where_the_records_of_a_document_are() -> None:
    assert keys.result_key("inbox/县/a.pdf") == "results/县/a.pdf/result.json"
    assert keys.output_key("inbox/县/a.pdf", "tables.xlsx") == "results/县/a.pdf/tables.xlsx"
    assert keys.failed_key("inbox/县/a.pdf") == "failed/县/a.pdf.json"


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


def test_the_hashed_form_never_changes() -> None:
    """Records of years ago must be found again."""
    assert keys.result_key("inbox/a//b") == (
        "results/a/b~7a9acf331a5dc1e020c17901e85936a279e0aa49b04474b13fa2ee63f80fa57a/result.json"
    )


@pytest.mark.parametrize("key", ["results/a/tables.csv", "failed/a", "inbox/a", "failed/.json"])
def test_keys_of_no_record(key: str) -> None:
    assert keys.document_of(key) is None


@given(documents)
def test_there_and_back(key: str) -> None:
    kept = keys.kept_path(keys.path_of(key)) == keys.path_of(key)
    expected = key if kept else None
    assert keys.document_of(keys.result_key(key)) == expected
    assert keys.document_of(keys.failed_key(key)) == expected


@given(documents)
def test_names_fit_into_every_store(key: str) -> None:
    output = keys.output_key(key, "o" * keys.OUTPUT_NAME_BYTES)
    for name in (keys.result_key(key), output, keys.failed_key(key)):
        assert len(name.encode()) <= keys.KEY_BYTES
        parts = name.split("/")
        assert all(part not in ("", ".", "..") and len(part.encode()) <= 255 for part in parts)
        assert "\\" not in name


@given(documents, documents)
def test_no_two_documents_share_a_name(one: str, other: str) -> None:
    def names(key: str) -> set[str]:
        return {keys.result_key(key), keys.output_key(key, "tables.csv"), keys.failed_key(key)}

    assert len(names(one)) == 3
    assert one == other or not names(one) & names(other)


@given(documents)
def test_the_record_of_a_record_is_another(key: str) -> None:
    """A file named like the remains of another's hash, or like its result."""
    for derived in (keys.result_key(key), keys.failed_key(key)):
        namesake = keys.INBOX + derived.split("/", 1)[1]
        if namesake != key and keys.is_document(namesake):
            assert keys.result_key(namesake) != keys.result_key(key)
            assert keys.failed_key(namesake) != keys.failed_key(key)
