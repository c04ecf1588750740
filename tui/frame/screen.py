"""What every screen of the dashboard has: a top line, a key bar, and a plain word where there is no room."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from tui.frame.key_bar import KeyBar
from tui.frame.sizes import LEAST, USUAL

if TYPE_CHECKING:
    from tui.frame.host import Host

Modes = tuple[tuple[str, str], ...]
_MODES: Final[Modes] = (
    ("start", "1 Start"),
    ("train", "2 Train"),
    ("compare", "3 Compare"),
    ("runs", "4 Runs"),
)


class TopBar(Static):
    """The program's name, its screens, and what the screen is about."""

    ALLOW_SELECT = False
    auto_links = reactive(default=False)

    def __init__(self, mode: str, modes: Modes) -> None:
        super().__init__(id="top-bar")
        self._mode, self._modes = mode, modes
        self._about = ""

    def on_mount(self) -> None:
        """Follow which screens there is something to see on."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.show_line())

    def show(self, about: str) -> None:
        """Say at the right what the screen shows."""
        if about != self._about:
            self._about = about
            self.show_line()

    def on_resize(self) -> None:
        """Fit the line to the new width."""
        self.show_line()

    def show_line(self) -> None:
        """Redraw the line."""
        parts: list[Content] = [Content.styled(" cifar-tui ", "bold $primary")]
        for mode, label in self._modes:
            if mode == self._mode:
                style = "bold $background on $primary"
            elif self.app.check_action("go", (mode,)):
                style = f"$foreground 85% @click=app.go('{mode}')"
            else:
                style = "$foreground 35%"
            parts.append(Content.styled(f" {label} ", style))
        left = Content.assemble(*parts)
        room = self.size.width - left.cell_length - 2
        about = self._about if len(self._about) <= room else self._about[: max(room - 1, 0)] + "…"
        gap = " " * max(self.size.width - left.cell_length - len(about) - 1, 1)
        line = Content.assemble(left, gap, (about if room > 1 else "", "$foreground 60%"))
        self.update(line, layout=False)


class DashboardScreen(Screen[None]):
    """A screen of the dashboard; subclasses name their `MODE` and compose their body in `body`."""

    MODE: ClassVar[str]
    MODES: ClassVar[Modes] = _MODES
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's
        (0, "-cramped"),
        (LEAST.columns, "-narrow"),
        (USUAL.columns, "-normal"),
        (120, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (LEAST.lines, "-short"), (USUAL.lines, "-usual"), (36, "-tall")]  # noqa: RUF012 - Textual's
    ESCAPE_TO_MINIMIZE = False

    def compose(self) -> ComposeResult:
        """Put the body between the two lines."""
        yield TopBar(self.MODE, self.MODES)
        with Vertical(id="body"):
            yield from self.body()
        yield KeyBar(id="key-bar")
        yield Static(f"cifar-tui needs at least {LEAST.words}.", id="no-room")

    @on(events.ScreenResume)
    def _come_back(self, event: events.ScreenResume) -> None:
        """Offer what a dialog above had kept from being heard.

        Textual would look up every style again, a third of what it takes to show the screen: what a hidden
        one has missed, a theme or another size, it is told all the same.
        """
        event.refresh_styles = False
        self.refresh_bindings()

    def parts(self) -> Mapping[str, str]:
        """Return what of it can be shown, by a name for the palette, and the action that does."""
        return {}

    def body(self) -> ComposeResult:
        """Compose what is between the two lines."""
        raise NotImplementedError

    @property
    def host(self) -> "Host":
        """The application the screen is shown in."""
        return cast("Host", self.app)

    @property
    def top_bar(self) -> TopBar:
        """The line at the top."""
        return self.query_one(TopBar)
