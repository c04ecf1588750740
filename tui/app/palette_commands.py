"""What the palette offers: what can be done here first, then what can be shown, opened and saved anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast, runtime_checkable

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.types import IgnoreReturnCallbackType

from core.errors import InputError
from core.printable import printable
from core.runs.index import suites_in
from tui.app.themes import THEMES
from tui.frame.action import Action, Place
from tui.frame.actions import ACTIONS, actions
from tui.frame.background import ask_in_background
from tui.frame.messages import OpenWanted
from tui.frame.options import DashboardOptions
from tui.frame.screen import DashboardScreen
from tui.text.file_words import place_words

if TYPE_CHECKING:
    from tui.frame.host import Host

_NEWEST: Final = 5
_ORDER: Final = {action.binding_id: (place, action) for place, action in enumerate(ACTIONS)}
_MOVES: Final = frozenset(
    (
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "space",
        "tab",
        "shift+tab",
        "escape",
    )
)
_ITSELF: Final = "command_palette"


@dataclass(frozen=True, slots=True)
class _Command:
    """Something to be done: what it is called, what stands below, and how."""

    name: str
    about: str
    run: IgnoreReturnCallbackType


@runtime_checkable
class HasSuites(Protocol):
    """An application with the screens of suites, and suites to open."""

    options: DashboardOptions

    @property
    def current_mode(self) -> str:
        """The mode of the screen that is shown."""

    @property
    def can_go(self) -> frozenset[str]:
        """The modes of the screens that there is something to see on."""


class Commands(Provider):
    """Offers the commands of the screen below, nearest first, in the order of the registry."""

    _newest: tuple[Path, ...] = ()

    async def startup(self) -> None:
        """Look for the newest suites."""
        if not isinstance(self.app, HasSuites):
            return
        try:
            self._newest = await ask_in_background(_newest_in, self.app.options.runs_dir)
        except (InputError, OSError):
            self._newest = ()  # whoever opens the list is told why

    async def discover(self) -> Hits:
        """Yield every command, in order."""
        for command in self._commands():
            yield DiscoveryHit(command.name, command.run, help=command.about)

    async def search(self, query: str) -> Hits:
        """Yield the commands that have the letters of `query`."""
        matcher = self.matcher(query)
        for command in self._commands():
            if (score := matcher.match(command.name)) > 0:
                yield Hit(score, matcher.highlight(command.name), command.run, help=command.about)

    def _commands(self) -> Iterator[_Command]:
        yield from self._keys()
        if isinstance(self.screen, DashboardScreen):
            for name, part in self.screen.parts().items():
                yield _Command(name, "on this screen", self._action(part))
        for action in filter(self._works, actions(Place.EVERYWHERE)):
            yield self._key(action, self.app)
        for suite in self._newest:
            name = printable(suite.name)
            yield _Command(f"Open {name}", "of the newest suites", partial(self._open, suite))
        yield _Command("Save a screenshot", "as SVG, in the folder you are in", self._save_screenshot)
        for theme in THEMES:
            yield _Command(
                f"Theme: {theme.name}", "the colours", partial(setattr, self.app, "theme", theme.name)
            )

    def _keys(self) -> Iterator[_Command]:
        """Yield what a key of the screen does now, each action once; what moves a cursor is left out."""
        active = [
            one for one in self.screen.active_bindings.values() if one.enabled and one.node is not self.app
        ]
        known = {one.binding.id: one.node for one in reversed(active) if one.binding.id in _ORDER}
        for id_, node in sorted(
            known.items(), key=lambda one: (one[1] is self.screen, _ORDER[one[0] or ""][0])
        ):
            _, action = _ORDER[id_ or ""]
            if not _MOVES.issuperset(action.keys.split(",")):
                yield self._key(action, node)

    def _works(self, action: Action) -> bool:
        """Return whether an action of the application will do something once the palette is gone."""
        if action.base_name == "go":
            mode = action.name.split("'")[1]
            host = self.app
            return isinstance(host, HasSuites) and mode in host.can_go and mode != host.current_mode
        return action.name != _ITSELF

    def _key(self, action: Action, node: object) -> _Command:
        return _Command(action.help, f"key {' '.join(action.key_words)}", self._action(action.name, node))

    def _action(self, action: str, node: object = None) -> IgnoreReturnCallbackType:
        return lambda: self.app.call_later(self.app.run_action, action, node or self.screen)

    def _open(self, suite: Path) -> None:
        self.app.post_message(OpenWanted(suite))

    def _save_screenshot(self) -> None:
        """Save what is below the palette, once that is gone."""
        self.app.call_after_refresh(self._write_screenshot)

    def _write_screenshot(self) -> None:
        name = f"cifar-tui-{datetime.now().astimezone():%Y%m%d-%H%M%S}.svg"
        try:
            self.app.save_screenshot(name)
        except OSError as error:
            cast("Host", self.app).refuse(InputError(f"{name}: cannot be written ({error.strerror})"))
        else:
            self.app.notify(f"written: {place_words(Path(name))}", timeout=10, markup=False)


def _newest_in(runs_dir: Path) -> tuple[Path, ...]:
    return tuple(islice(suites_in(runs_dir), _NEWEST))
