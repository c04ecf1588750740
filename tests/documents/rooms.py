"""The table of rooms: what each is, from its docstring, and what it may import, from the import contracts."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from core.report.markup import table
from tests.documents import ROOT


def rooms_table(root: Path = ROOT) -> str:
    """Return the table: a row a package or module of core and tui, the top floor first."""
    return table(("room", "what it is", "may import"), _rows(root), left=range(3))


def _rows(root: Path) -> Iterator[tuple[str, str, str]]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in project["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers":
            (container,) = contract["containers"]
            yield from _container_rows(root / container, contract["layers"])


def _container_rows(container: Path, layers: list[str]) -> Iterator[tuple[str, str, str]]:
    floors = [layer.split(" | ") for layer in layers]
    for number, floor in enumerate(floors):
        below = [room for lower in floors[number + 1 :] for room in lower]
        others = ", ".join(below) or "nothing of it"
        for room in floor:
            yield f"`{container.name}/{room}`", _purpose(container / room), others


def _purpose(room: Path) -> str:
    """Return the first sentence of a package's or module's docstring."""
    file = room / "__init__.py" if room.is_dir() else room.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]
