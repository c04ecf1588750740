"""An application with our colours, keys, palette and help; what it shows is its subclasses' matter."""

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.theme import Theme

from tui.app.ascii_filter import AsciiFilter
from tui.app.sturdy_app import SturdyApp
from tui.app.themes import THEMES
from tui.dialogs.dialog import Dialog
from tui.frame.action import Place
from tui.frame.actions import bindings

if TYPE_CHECKING:
    from textual.command import Provider

_Answer = TypeVar("_Answer")


def _palette() -> "type[Provider]":
    from tui.app.palette_commands import Commands  # noqa: PLC0415 - seldom shown

    return Commands


class ThemedApp(SturdyApp, inherit_bindings=False):
    """What the dashboard and its like have in common; with `ascii_only`, ASCII alone is drawn."""

    TITLE = "cifar-tui"
    CSS_PATH = "dashboard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Place.EVERYWHERE),
        Binding("ctrl+c", "leave", show=False, system=True),
        Binding("ctrl+z", "suspend_process", show=False, system=True),
    ]
    COMMANDS = {_palette}  # noqa: RUF012 - Textual's

    def __init__(self, *, ascii_only: bool) -> None:
        super().__init__()
        self.ascii_only = ascii_only
        self._ascii = AsciiFilter()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def get_line_filters(self) -> list[LineFilter]:
        """Add ours, for terminals without UTF-8, to Textual's own."""
        return [*super().get_line_filters(), *([self._ascii] if self.ascii_only else [])]

    def get_theme(self, theme_name: str) -> Theme | None:
        """Return a theme; Textual's own copies all themes twice, a hundred times a frame."""
        return self._registered_themes.get(theme_name) or super().get_theme(theme_name)

    def refuse(self, error: Exception) -> None:
        """Say what was wrong with what the user wanted."""
        self.notify(str(error), severity="error", timeout=10, markup=False)

    async def ask(self, dialog: Dialog[_Answer]) -> _Answer | None:
        """Ask one question at a time; a second one, of a key pressed twice, is not asked."""
        return None if self.screen.is_modal else await self.push_screen_wait(dialog)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action does something now."""
        if self.screen.is_modal and action in {"leave", "show_help", "next_theme"}:
            return False
        return super().check_action(action, parameters)

    def action_next_theme(self) -> None:
        """Take the next of our themes."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names) if self.theme in names else 0]

    def action_show_help(self) -> None:
        """Show what every key does here."""
        from tui.help.screen import HelpScreen  # noqa: PLC0415 - seldom shown

        self.push_screen(HelpScreen(list(self.screen.active_bindings.values())))
