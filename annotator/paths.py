"""Where the files that ship with the program lie, in a checkout and in an installed wheel."""

from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent


def in_checkout() -> bool:
    """A checkout has templates/ beside the package; a wheel carries them inside it."""
    return (CHECKOUT / "templates").is_dir() and (CHECKOUT / "pyproject.toml").is_file()


def templates() -> Path:
    return _shipped("templates")


def schema() -> Path:
    return _shipped("schema")


def sample() -> Path:
    return PACKAGE / "sample"


def migrations() -> Path:
    return PACKAGE / "migrations"


def default_home() -> Path:
    """Database, secret key and uploads live here unless ANNOTATOR_HOME says otherwise."""
    if in_checkout():
        return CHECKOUT / "var"
    return Path(platformdirs.user_data_dir("annotator", appauthor=False))


def _shipped(folder: str) -> Path:
    return CHECKOUT / folder if in_checkout() else PACKAGE / folder
