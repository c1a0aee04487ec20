import json
from pathlib import Path

from tests.formats.releases.frozen_world import TEXTS, frozen, written


def test_frictionless_finds_the_package_valid_with_its_keys(tmp_path: Path) -> None:
    from frictionless import Package  # noqa: PLC0415 - half a second, needed here alone

    folder, _ = written("frictionless", tmp_path)
    package = Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.flatten(["type", "note"]) == []
    rows = package.get_table_resource("items").read_rows()
    assert [row["text"] for row in rows if row["text"]] == list(TEXTS) * 2
    assert len(package.get_table_resource("annotations").read_rows()) == len(
        list(frozen(tmp_path).records("annotations"))
    )


def test_a_judgment_of_an_item_that_is_not_there_breaks_a_key(tmp_path: Path) -> None:
    from frictionless import Package  # noqa: PLC0415 - see above

    folder, _ = written("frictionless", tmp_path)
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        del resource["hash"], resource["bytes"]
    path = folder / "annotations.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("p-11,", "p-99,"), encoding="utf-8", newline=""
    )
    report = Package.from_descriptor(descriptor, basepath=str(folder)).validate()
    assert {kind for (kind,) in report.flatten(["type"])} == {"foreign-key"}
