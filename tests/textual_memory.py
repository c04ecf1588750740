"""What Textual works out anew for every application, and what it keeps of those that are gone.

A program has one application; a process of tests has one for each test of a screen.
"""

from typing import TYPE_CHECKING, Final

from textual._styles_cache import StylesCache
from textual.css.stylesheet import Stylesheet

if TYPE_CHECKING:
    from collections.abc import Hashable

    from textual.css.model import RuleSet
    from textual.css.types import CSSLocation

_parse: Final = Stylesheet._parse_rules  # noqa: SLF001 - no public way in
_parsed: "Final[dict[Hashable, list[RuleSet]]]" = {}


def parse_rules_once(  # noqa: PLR0917 - Textual's own
    self: Stylesheet,
    css: str,
    read_from: "CSSLocation",
    is_default_rules: bool = False,  # noqa: FBT001, FBT002 - Textual's own
    tie_breaker: int = 0,
    scope: str = "",
) -> "list[RuleSet]":
    """Parse each style sheet once for all applications; it takes the place of `Stylesheet._parse_rules`.

    That one keeps what it has parsed as well, but each style sheet for itself and for one theme.
    """
    variables = tuple(self._variables.items())
    key = (css, read_from, is_default_rules, tie_breaker, scope, variables)
    if key not in _parsed:
        _parsed[key] = _parse(self, css, read_from, is_default_rules, tie_breaker, scope)
    return _parsed[key]


def forget_what_was_drawn() -> None:
    """Let go of the lines of widgets that are gone.

    A cache on a method keeps a thousand of them, and a collection of garbage looks through every line: in the
    end it took a third of a test's time.
    """
    StylesCache.get_inner_outer.cache_clear()
