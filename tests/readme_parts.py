"""The parts of the README that a program writes: between two comments each."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"


def with_part(readme: str, name: str, text: str) -> str:
    """Return the README's text with `text`, which ends in a line feed, as its part `name`."""
    begin, end = f"<!-- {name}: written by tests/readme_{name}.py -->\n", f"<!-- end of {name} -->\n"
    before, rest = readme.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{text}\n{end}{after}"


def write_part(name: str, text: str) -> None:
    """Write the README anew with `text` as its part `name`."""
    README.write_text(with_part(README.read_text(encoding="utf-8"), name, text), encoding="utf-8")
