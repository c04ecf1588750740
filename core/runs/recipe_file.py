"""Reads what `--recipe` names: a small TOML file with the parts of a recipe that are to be edited."""

import os
from pathlib import Path
from typing import Any, Final

from core.config.recipe_text import edits_of
from core.errors import InputError
from core.runs.safe_files import read_file

_MOST_BYTES: Final = 65_536  # a recipe of every part has five hundred


def read_recipe(path: Path) -> dict[str, Any]:
    """Return the edits in the file `path`, by the names that `RunConfig.value` takes.

    Raises:
        InputError: it is no regular file that can be read, no TOML, or has what no recipe has; the message
            says where and what would be right.
    """
    import tomllib  # noqa: PLC0415 - seldom needed

    given = f"--recipe {path}"
    try:
        # the user's own link is followed, to no pipe or device
        content = read_file(Path(os.path.realpath(path)), _MOST_BYTES)
    except OSError as error:
        raise InputError(
            f"{given}: cannot be read ({error.strerror}); must be a TOML file of at most 64 KiB"
        ) from None
    except ValueError:  # a zero byte
        raise InputError(f"{given}: must be the name of a TOML file") from None
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{given}: is no UTF-8 text, at byte {error.start}; must be TOML") from None
    except (ValueError, OverflowError, RecursionError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a value is beyond all bounds"
        raise InputError(f"{given}: is no TOML ({reason}); must be lines such as dropout = 0.1") from None
    return edits_of(table, given)
