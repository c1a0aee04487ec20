"""Settings: read once from the environment, checked, passed on; nothing else reads os.environ."""

import errno
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotator import paths
from annotator.errors import SettingsInvalid

PREFIX = "ANNOTATOR_"
SECRET_BYTES = 32
HOME_UNUSABLE = (
    "{home} cannot be the home folder ({detail}); set ANNOTATOR_HOME to a folder of yours."
)


class Settings(BaseModel):
    """Every setting is one environment variable: the field's name in capitals after ANNOTATOR_."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=paths.default_home,
        description="Folder of the database, the secret key and the releases. "
        "Default: var/ in a checkout, else the platform's user data folder.",
    )
    database_url: str = Field(
        default="",
        description="Database to use, such as postgresql://user:password@host/name. "
        "Default: SQLite, the file annotator.db in the home folder.",
    )
    trusted_hosts: tuple[str, ...] = Field(
        default=("127.0.0.1", "localhost"),
        min_length=1,
        description="Host names that the server answers to, separated by commas. "
        "Default: this machine only.",
    )
    proxy_hops: int = Field(
        default=0,
        ge=0,
        le=5,
        description="Number of reverse proxies in front whose X-Forwarded-* headers are believed. "
        "Default: 0.",
    )

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address with the driver that is installed."""
        url = self.database_url or f"sqlite:///{self.home / 'annotator.db'}"
        for scheme in ("postgresql://", "postgres://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url

    @property
    def exports(self) -> Path:
        """Where releases made in the browser land: the checkout's exports/, or beside the data."""
        if paths.in_checkout() and self.home == paths.default_home():
            return paths.CHECKOUT / "exports"
        return self.home / "exports"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingsInvalid: a variable that starts with ANNOTATOR_ is unknown or has a wrong value, or
            the home is there and no folder.
    """
    environ = os.environ if environ is None else environ
    found = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and value
    }
    unknown = sorted(set(found) - set(Settings.model_fields))
    if unknown:
        known = ", ".join(PREFIX + name.upper() for name in Settings.model_fields)
        raise SettingsInvalid(
            f"{PREFIX}{unknown[0].upper()} is not a setting of this program; it knows {known}."
        )
    values: dict[str, object] = dict(found)
    if "trusted_hosts" in found:
        values["trusted_hosts"] = tuple(
            host for part in found["trusted_hosts"].split(",") if (host := part.strip())
        )
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsInvalid(f"{name} cannot be used: {first['msg']}.") from error
    _refuse_unknown_database(settings.sqlalchemy_url)
    _refuse_unusable_home(settings.home)
    return settings


def secret_key(home: Path) -> bytes:
    """The key that signs cookies: made at first start, mode 0600.

    Raises:
        SettingsInvalid: the file is too short, or others may read it; or the folder cannot be made
            or written to, or its disk is full.
    """
    path = home / "secret.key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        if path.exists():
            return _checked_key(path)
        raise _unusable(home, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(SECRET_BYTES).encode())
    except OSError as error:
        # Half a key would be refused at every later start.
        path.unlink()
        raise _unusable(home, error) from error
    return _checked_key(path)


def _checked_key(path: Path) -> bytes:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise SettingsInvalid(
            f"{path} can be read by others (mode {mode:04o}); type: chmod 600 {path}"
        )
    key = path.read_bytes()
    if len(key) < SECRET_BYTES or len(set(key)) < 8:  # noqa: PLR2004 - eight distinct characters
        raise SettingsInvalid(
            f"{path} holds no proper key; delete the file and start again to have one made "
            "(everybody signs in anew)."
        )
    return key


def _refuse_unknown_database(url: str) -> None:
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsInvalid(f"{PREFIX}DATABASE_URL must start with postgresql:// or sqlite:///.")


def _refuse_unusable_home(home: Path) -> None:
    """One that does not exist yet is fine: `annotator init` makes it."""
    try:
        is_folder = stat.S_ISDIR(home.stat().st_mode)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unusable(home, error) from error
    if not is_folder:
        raise SettingsInvalid(HOME_UNUSABLE.format(home=home, detail=os.strerror(errno.ENOTDIR)))


def _unusable(home: Path, error: OSError) -> SettingsInvalid:
    return SettingsInvalid(HOME_UNUSABLE.format(home=home, detail=error.strerror))
