"""The application that shows what other loops train: `cifar-tui open`."""

from typing import TYPE_CHECKING, Final

from textual import on

from core.errors import InputError
from core.runs.commands import ask
from core.tracking.following import MOST_RUNS, FollowedRun, Following
from tui.app.themed_app import ThemedApp
from tui.frame.background import ask_in_background
from tui.tracked.screen import OrderWanted, TrackedScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.tracking.source import Source

_LOOK_SECONDS: Final = 0.5
_FIND_EVERY: Final = 10  # looks: a folder of many runs takes a while to go through


class TrackedApp(ThemedApp):
    """Looks at the runs that `find` finds twice a second, where nobody has to wait for a disk."""

    DEFAULT_MODE = TrackedScreen.MODE

    def __init__(
        self, find: "Callable[[], Iterable[Source]]", place: str, *, ascii_only: bool = False
    ) -> None:
        super().__init__(ascii_only=ascii_only)
        self.add_mode(TrackedScreen.MODE, lambda: TrackedScreen(place))
        self._following = Following(find)
        self._looks = 0
        self._looking = False
        self._trouble = ""
        self._told_too_many = False
        self._runs: tuple[FollowedRun, ...] = ()

    def on_mount(self) -> None:
        """Begin to look."""
        self.set_interval(_LOOK_SECONDS, self._look)
        self.call_after_refresh(self._look)

    async def _look(self) -> None:
        """Look what is new, unless the last look has not come back yet."""
        self.check_terminal()
        if self._looking:
            return
        self._looking = True
        try:
            if self._looks % _FIND_EVERY == 0:
                await self._find()
            self._looks += 1
            self._runs = await ask_in_background(self._following.poll)
        finally:
            self._looking = False
        if self._following.too_many and not self._told_too_many:
            self._told_too_many = True
            self.notify(f"only the first {MOST_RUNS} runs are shown", severity="warning", timeout=10)
        self._show()

    async def _find(self) -> None:
        """Find what has come to be; what is wrong is said once, and known runs are looked at all the same."""
        trouble = ""
        try:
            await ask_in_background(self._following.look)
        except (InputError, OSError) as error:
            trouble = str(error)
            if trouble != self._trouble:
                self.refuse(error)
        self._trouble = trouble

    def _show(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, TrackedScreen) and screen.is_mounted:
                screen.show_runs(self._runs)

    @on(OrderWanted)
    def _order(self, wanted: OrderWanted) -> None:
        if wanted.followed.folder is None:
            return
        try:
            ask(wanted.followed.folder.commands, wanted.command)
        except OSError as error:
            self.refuse(error)
        else:
            self.notify(f"asked {wanted.followed.run.name}: {wanted.command}", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action does something: there are no other screens to go to."""
        return action != "go" and super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Leave; the runs go on."""
        self.exit()
