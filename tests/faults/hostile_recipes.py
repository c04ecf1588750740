"""Recipe files with whatever people, or disks, put into them, and what must come of one."""

import json
from pathlib import Path
from random import Random
from typing import Final

from core.config.presets import Norm, Preset
from core.config.recipe_text import editable
from core.config.run_config import RunConfig
from core.errors import InputError
from core.runs.recipe_file import read_recipe
from core.runs.strict_values import strict_converter

_LONGEST_LINE: Final = 600  # characters; the temporary folder's path among them
_HIGHEST_RATE: Final = 100.0
_NAMES: Final = (*editable(), "lr", "epochs", "dropuot", '"\\u202e"', "a.b", "", "x" * 9_999)
_VALUES: Final = (
    *(
        "0",
        "1",
        "2",
        "-1",
        "0.1",
        "0.5",
        "1e-3",
        "1e999",
        "nan",
        "-inf",
        "0x10",
        "1_0",
        "9" * 400,
        "9" * 5_000,
    ),
    *("true", "false", '"on"', '"sgd"', '"muon"', '"step"', '"linear"', '"channel"', '"\\u001b[2J"', '""'),
    *("1979-05-27", "07:32:00", "[]", "{}", "[" * 5_000, "{a={a=" * 500, '"""', "'\x00'", "#", "\ud800", "é"),
)


def hostile_recipe(random: Random) -> bytes:
    """Return a file: parts of a recipe with values they take or not, at times a few bytes changed."""
    lines = [f"{random.choice(_NAMES)} = {random.choice(_VALUES)}" for _ in range(random.randrange(5))]
    content = bytearray("\n".join(lines).encode(errors="surrogatepass"))
    for _ in range(random.choice((0, 0, 1, 4)) if content else 0):
        content[random.randrange(len(content))] = random.choice((random.randrange(256), *b'="[{\n.'))
    return bytes(content)


def recipe_read(content: bytes, folder: Path) -> None:
    """Check that `content`, as a file, is refused in a line or edits each preset to what can be trained."""
    file = folder / "recipe.toml"
    file.write_bytes(content)
    for preset in Preset:
        try:
            config = RunConfig(norm=Norm.LAYER, preset=preset).having(read_recipe(file))
        except InputError as error:
            if len(str(error)) > _LONGEST_LINE:
                raise AssertionError("a line that nobody reads to its end") from error
            continue
        again = json.loads(json.dumps(strict_converter().unstructure(config)))
        if strict_converter().structure(again, RunConfig) != config:
            raise AssertionError("a suite's file has another recipe")
        if not 0 < config.recipe.learning_rate <= _HIGHEST_RATE or not 0 <= config.recipe.dropout < 1:
            raise AssertionError("a recipe that nobody can train with")
