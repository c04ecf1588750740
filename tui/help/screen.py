"""The help: what is on the screen it was asked on, and what every key does there."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.frame.action import Action, Place
from tui.frame.screen import DashboardScreen
from tui.help.sentences import Group, groups

_LEAST_WIDTH: Final = 20
_INDENT: Final = 2
_FAINT: Final = "What is faint does nothing right now."


class HelpScreen(ModalScreen[None]):
    """Explains the screen below; `active` are the keys that do something there now, the others are faint."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,ctrl+c", "dismiss", "close", show=False)
    ]

    def __init__(self, active: Sequence[ActiveBinding]) -> None:
        super().__init__()
        self._working = frozenset(each.binding.id or "" for each in active if each.enabled)
        self._groups: tuple[Group, ...] = ()

    def compose(self) -> ComposeResult:
        """Put the text into a frame that scrolls."""
        with VerticalScroll(id="help", classes="frame"):
            yield Static(id="help-text")

    def on_mount(self) -> None:
        """Find out which screen the help is for."""
        below = self.app.screen_stack[-2]
        place = Place(below.MODE) if isinstance(below, DashboardScreen) else None
        self._groups = groups(place, self._working)
        frame = self.query_one("#help")
        frame.border_title = f"help: {place}" if place else "help"
        frame.border_subtitle = "esc closes"

    def on_resize(self) -> None:
        """Wrap the text again."""
        self.call_after_refresh(self._show_text)

    def _show_text(self) -> None:
        text = self.query_one("#help-text", Static)
        width = max(text.content_size.width, _LEAST_WIDTH)
        lines = [line for group in self._groups for line in _lines(group, width)]
        text.update(Content("\n").join([*lines, Content.styled(_FAINT, "$foreground 50%")]))


def _lines(group: Group, width: int) -> Iterator[Content]:
    """Write what can be done at one place, no line longer than `width` cells."""
    if group.about:
        yield from (Content(line) for line in textwrap.wrap(group.about, width))
        yield Content("")
    yield Content.styled(str(group.place), "bold $primary")
    keys = max(len(_keys(action)) for action in group.actions)
    for action in group.actions:
        works = action in group.works
        room = width - keys - 2 * _INDENT
        first, *more = textwrap.wrap(action.help, max(room, _LEAST_WIDTH))
        yield Content.assemble(
            " " * _INDENT,
            (_keys(action).rjust(keys), "bold $footer-key-foreground" if works else "$foreground 50%"),
            " " * _INDENT,
            (first, "" if works else "$foreground 50%"),
        )
        for line in more:
            yield Content.styled(" " * (keys + 2 * _INDENT) + line, "" if works else "$foreground 50%")
    yield Content("")


def _keys(action: Action) -> str:
    return " ".join(action.key_words)
