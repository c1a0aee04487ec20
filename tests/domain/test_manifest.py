import json
from typing import Any

import pytest
from pydantic import ValidationError

from annotator import paths
from annotator.domain.dataset import QUESTION, TABLES, tables
from annotator.domain.exclusions import EXCLUSIONS
from annotator.domain.manifest import Manifest, data_dictionary, release_schema

HASH = "0" * 64


def manifest(**given: Any) -> dict[str, Any]:
    return {
        "format": "annotator-release",
        "format_version": 1,
        "project": {"slug": "small", "title": "Small"},
        "codebook": {"code": "small", "version": 1, "content_hash": HASH},
        "rounds": [],
        "seed": 1,
        "replicates": 1000,
        "formats": ["csv"],
        "counts": {},
        "excluded": {},
        "gold_left_out": 0,
        "agreement": {},
        "texts_licence": "",
        "csv": "",
        "recompute": "",
        "files": {},
    } | given


def test_the_schema_in_the_repository_is_the_one_of_the_program() -> None:
    kept = (paths.schema() / "release.schema.json").read_text(encoding="utf-8")
    assert kept == json.dumps(release_schema(), ensure_ascii=False, indent=2) + "\n"


def test_the_dictionary_in_exports_is_written_from_the_schema() -> None:
    readme = (paths.CHECKOUT / "exports" / "README.md").read_text(encoding="utf-8")
    kept = json.loads((paths.schema() / "release.schema.json").read_text(encoding="utf-8"))
    assert readme.endswith(data_dictionary(kept))


def test_the_dictionary_explains_every_column_and_reason() -> None:
    text = data_dictionary(release_schema())
    for table in tables([QUESTION]).values():
        for column in table.columns:
            assert f"| `{column.name}` |" in text
            assert column.means.replace("|", "\\|") in text
    for code in EXCLUSIONS:
        assert f"| `{code}` |" in text


def test_the_schema_describes_the_rows_of_every_table() -> None:
    definitions = release_schema()["$defs"]
    for name in TABLES:
        assert definitions[name]["required"]
        assert definitions[name]["additionalProperties"] is False
    assert set(definitions["items"]["patternProperties"]) == {
        r"^gold\..+$", r"^gold_method\..+$", r"^votes\..+$", r"^agreement\..+$"
    }  # fmt: skip


def test_a_manifest_comes_back_from_its_json() -> None:
    made = Manifest.model_validate(manifest(files={"items.csv": {"bytes": 1, "sha256": HASH}}))
    assert Manifest.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/passwd", "a/../b", "a//b", "", ".", "a\\b", "c:x", "a\nb", ".hidden", "a/"],
)
def test_a_manifest_names_only_files_below_its_folder(name: str) -> None:
    with pytest.raises(ValidationError):
        Manifest.model_validate(manifest(files={name: {"bytes": 1, "sha256": HASH}}))


@pytest.mark.parametrize(
    "given",
    [
        {"format": "other"},
        {"format_version": 2},
        {"formats": []},
        {"formats": ["word"]},
        {"seed": -1},
        {"replicates": 10**9},
        {"counts": {"items": -1}},
        {"unheard": 1},
        {"files": {"a.csv": {"bytes": 1, "sha256": "short"}}},
    ],
)
def test_a_manifest_of_another_kind_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Manifest.model_validate(manifest(**given))
