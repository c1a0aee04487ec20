import hashlib
from dataclasses import FrozenInstanceError

import pytest

from annotator.domain.document import ImportRecord, text_hash


def test_the_hash_is_sha256_of_utf8() -> None:
    assert text_hash("Привет, 世界 🙂") == hashlib.sha256("Привет, 世界 🙂".encode()).hexdigest()


def test_a_changed_space_changes_the_hash() -> None:
    assert text_hash("one two") != text_hash("one\u00a0two")


def test_a_record_knows_only_what_the_file_says() -> None:
    record = ImportRecord(where="a.txt", key="a.txt", text="Text.")

    assert record.source is None
    assert record.published_on is None
    assert record.told == ()


def test_a_record_cannot_be_changed() -> None:
    record = ImportRecord(where="a.txt", key="a.txt", text="Text.")

    with pytest.raises(FrozenInstanceError):
        record.text = "Other."  # type: ignore[misc]
