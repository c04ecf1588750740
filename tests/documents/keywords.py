"""The table of what `core.train` takes beside its own arguments: every setting there is."""

from collections.abc import Iterator

from core.config.recipe_edits import recipe_settings
from core.config.run_config import settings
from core.config.suite_config import suite_settings
from core.report.markup import escaped, table


def keywords_table() -> str:
    """Return a row a keyword: its name, what it sets, and what values it takes."""
    return table(("keyword", "what it is", "values"), _rows(), left=range(3))


def _rows() -> Iterator[tuple[str, str, str]]:
    yield "`norm`", "norms to train", "one of batch, layer, group, or a list of them"
    yield "`seeds`", "so many seeds, from `seed` on, or a list of them", "a whole number, or a list"
    for name, setting in (settings() | recipe_settings() | suite_settings()).items():
        yield f"`{name}`", escaped(setting.help), escaped(setting.kind.wanted)
