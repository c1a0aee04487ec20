"""Imports point one way: domain <- store <- services <- web, cli."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "annotator"
EVERYWHERE = {"errors", "paths", "config"}
MAY_IMPORT = {
    "domain": {"domain"},
    "formats": {"domain", "formats"},
    "store": {"domain", "store"},
    "services": {"domain", "store", "services", "formats"},
    "web": {"domain", "store", "services", "formats", "web"},
    "cli": {"domain", "store", "services", "formats", "cli", "web"},
    "migrations": {"store", "migrations"},
}
# What a layer must not know of, whatever else it imports.
FOREIGN = {
    "domain": {"flask", "wtforms", "flask_wtf", "sqlalchemy", "click", "time", "random", "os"},
    "formats": {"flask", "wtforms", "flask_wtf", "sqlalchemy", "click"},
    "store": {"flask", "wtforms", "flask_wtf", "click"},
    "services": {"flask", "wtforms", "flask_wtf", "click"},
    "web": {"sqlalchemy", "click"},
    "cli": {"sqlalchemy", "wtforms"},
}
# The command that serves is the one place of the command line that starts the web.
STARTS_THE_WEB = "cli/serving.py"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            assert node.module is not None
            yield from (
                f"{node.module}.{alias.name}" if node.module == "annotator" else node.module
                for alias in node.names
            )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    place = path.relative_to(PACKAGE)
    layer = place.parts[0]
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "annotator":
            assert parts[0] not in FOREIGN.get(layer, set()), f"{place} imports {name}"
        elif len(parts) > 1 and parts[1] not in EVERYWHERE | {"__version__"}:
            assert parts[1] in MAY_IMPORT[layer], f"{place} imports {name}"
            if layer == "cli" and parts[1] == "web":
                assert place.as_posix() == STARTS_THE_WEB, f"{place} imports {name}"


def test_the_walk_sees_all_layers() -> None:
    assert {path.relative_to(PACKAGE).parts[0] for path in MODULES} == set(MAY_IMPORT)


def test_no_package_of_a_layer_imports_one_that_imports_it() -> None:
    """Else a module can be imported only after another one has been."""
    packages = {".".join(path.relative_to(ROOT).parent.parts) for path in MODULES}
    uses: dict[str, set[str]] = {package: set() for package in packages}
    for path in MODULES:
        package = ".".join(path.relative_to(ROOT).parent.parts)
        for imported in at_the_top(path):
            home = imported if imported in packages else imported.rpartition(".")[0]
            # What lies inside a package is its own.
            if home in packages and not f"{package}.".startswith(f"{home}."):
                uses[package].add(home)
    circles = [
        (one, other)
        for one, others in uses.items()
        for other in others
        if one in uses[other] and not other.startswith(f"{one}.")
    ]
    assert circles == []


def at_the_top(path: Path) -> Iterator[str]:
    """What a module imports before it can be used; types alone are no need."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
