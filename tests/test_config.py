import os
import stat
from pathlib import Path
from typing import IO, Any

import pytest

from annotator import config, paths
from annotator.errors import SettingsInvalid


def test_it_uses_sqlite_in_the_home_folder_by_default(tmp_path: Path) -> None:
    settings = config.load({"ANNOTATOR_HOME": str(tmp_path)})
    assert settings.sqlalchemy_url == f"sqlite:///{tmp_path}/annotator.db"


def test_releases_land_in_the_checkout_only_if_the_data_are_there_too(tmp_path: Path) -> None:
    assert config.load({}).exports == paths.CHECKOUT / "exports"
    assert config.load({"ANNOTATOR_HOME": str(tmp_path)}).exports == tmp_path / "exports"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_it_takes_any_usual_spelling_of_a_postgresql_address(scheme: str) -> None:
    settings = config.load({"ANNOTATOR_DATABASE_URL": f"{scheme}://user@host/name"})
    assert settings.sqlalchemy_url == "postgresql+psycopg://user@host/name"


def test_it_refuses_another_kind_of_database() -> None:
    with pytest.raises(SettingsInvalid, match=r"postgresql:// or sqlite:///"):
        config.load({"ANNOTATOR_DATABASE_URL": "mysql://host/name"})


def test_it_names_a_setting_that_it_does_not_know() -> None:
    with pytest.raises(SettingsInvalid, match="ANNOTATOR_DATABSE_URL is not a setting"):
        config.load({"ANNOTATOR_DATABSE_URL": "sqlite:///x"})


def test_it_says_which_value_it_cannot_use() -> None:
    with pytest.raises(SettingsInvalid, match="ANNOTATOR_PROXY_HOPS cannot be used"):
        config.load({"ANNOTATOR_PROXY_HOPS": "many"})


def test_it_takes_host_names_separated_by_commas() -> None:
    settings = config.load({"ANNOTATOR_TRUSTED_HOSTS": "a.example, b.example"})
    assert settings.trusted_hosts == ("a.example", "b.example")


def test_it_does_not_take_no_host_name_for_every_host() -> None:
    with pytest.raises(SettingsInvalid, match="ANNOTATOR_TRUSTED_HOSTS cannot be used"):
        config.load({"ANNOTATOR_TRUSTED_HOSTS": " , "})


def test_it_answers_only_to_this_machine_by_default() -> None:
    assert set(config.load({}).trusted_hosts) == {"127.0.0.1", "localhost"}


def test_it_makes_a_secret_key_once_that_only_the_owner_can_read(tmp_path: Path) -> None:
    key = config.secret_key(tmp_path)
    assert len(key) >= 32
    assert config.secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_it_refuses_a_key_that_others_can_read(tmp_path: Path) -> None:
    config.secret_key(tmp_path)
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(SettingsInvalid, match="chmod 600"):
        config.secret_key(tmp_path)


@pytest.mark.parametrize("weak", [b"short", b"a" * 64])
def test_it_refuses_a_weak_key(tmp_path: Path, weak: bytes) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(weak)
    path.chmod(0o600)
    with pytest.raises(SettingsInvalid, match="holds no proper key"):
        config.secret_key(tmp_path)


def test_it_leaves_no_half_key_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_a_full_disk(descriptor: int, mode: str) -> IO[Any]:
        os.close(descriptor)
        return open("/dev/full", mode)  # noqa: PTH123 - in the place of os.fdopen

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", on_a_full_disk)
        with pytest.raises(SettingsInvalid, match="No space left on device"):
            config.secret_key(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert config.secret_key(tmp_path)


def test_it_refuses_a_home_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    for home in (path, path / "deeper"):
        with pytest.raises(SettingsInvalid, match=r"cannot be the home folder \(Not a directory\)"):
            config.load({"ANNOTATOR_HOME": str(home)})
        with pytest.raises(SettingsInvalid, match="cannot be the home folder"):
            config.secret_key(home)
    assert path.read_text() == "mine"


def test_it_takes_a_home_that_does_not_exist_yet(tmp_path: Path) -> None:
    assert config.load({"ANNOTATOR_HOME": str(tmp_path / "a" / "b")}).home == tmp_path / "a" / "b"
    assert list(tmp_path.iterdir()) == []


def test_it_refuses_a_home_that_nobody_can_make() -> None:
    with pytest.raises(SettingsInvalid, match="/proc/nobody cannot be the home folder"):
        config.secret_key(Path("/proc/nobody"))
    with pytest.raises(SettingsInvalid, match="File name too long"):
        config.load({"ANNOTATOR_HOME": "x" * 1000})
