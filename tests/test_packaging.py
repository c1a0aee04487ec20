"""The wheel holds what the program needs: a misspelt folder would be left out in silence."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = {
    "annotator": "annotator",
    "templates": "annotator/templates",
    "schema": "annotator/schema",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from hatchling.builders.wheel import WheelBuilder  # noqa: PLC0415 - only this test builds

    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(built)


def in_git(folder: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", folder],  # noqa: S607 - git of the PATH
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [name for name in listed.stdout.split("\0") if name]


def test_the_wheel_holds_every_file_of_the_program_and_nothing_else(wheel: Path) -> None:
    expected = {
        SHIPPED[folder] + name.removeprefix(folder) for folder in SHIPPED for name in in_git(folder)
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert len(expected) > 50
    assert expected - held == set()
    assert {name for name in held - expected if not name.endswith(".pyc")} == set()


def test_the_wheel_finds_templates_and_schema_without_a_checkout(
    wheel: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "from annotator import paths; assert not paths.in_checkout(); "
        "print(paths.templates().is_dir(), paths.schema().is_dir(), paths.sample().is_dir())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    assert done.stdout.split() == ["True", "True", "True"]
