"""An application that outlives a fault in one of its screens."""

import asyncio
import time
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from textual import on
from textual._context import active_message_pump
from textual.await_complete import AwaitComplete
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.screen import Screen
from textual.widget import AwaitMount, Widget
from textual.worker import active_worker

from tui.app.ends import EndsFromOutside
from tui.app.keys_in_turn import KeysInTurn
from tui.app.palette import Palette
from tui.app.terminal_driver import TerminalDriver

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

_AGAIN_SECONDS: Final = 10.0
_LONGEST_DELAY: Final = 0.01  # seconds
BROKE: Final = "a part of the screen broke"


class SturdyApp(KeysInTurn, inherit_bindings=False):
    """Makes a screen anew that breaks, closes a dialog that does, and ends whenever it is asked to.

    Textual itself ends the application with its first exception. A screen that breaks again within ten
    seconds still ends it. `faults` are the tracebacks of what was survived.
    """

    @staticmethod
    def clock() -> float:
        """Return the time, in seconds."""
        return time.monotonic()

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._broken: Screen[object] | None = None
        self._broke_at: dict[str, float] = {}
        self._loop: AbstractEventLoop | None = None

    @on(Driver.SignalResume)
    def _draw_again(self) -> None:
        """Draw all of the screen: the shell has had the terminal meanwhile."""
        self.refresh(layout=True)

    # -- ends from outside -----------------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """Take ours for Textual's own, unless the environment names another."""
        found = super().get_driver_class()
        return TerminalDriver if found is LinuxDriver else found

    def on_load(self) -> None:
        """Listen for signals, before the terminal is touched."""
        self._loop = asyncio.get_running_loop()
        if not self.is_headless:
            EndsFromOutside(self._end_orderly, self._restore_terminal)

    def check_terminal(self) -> None:
        """End where the terminal is gone and no signal said so; to be called now and then."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.check_terminal()

    def _end_orderly(self, status: int) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.exit, None, status)

    def _restore_terminal(self) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.restore_at_last()

    # -- screens ---------------------------------------------------------------------------------------

    def action_command_palette(self) -> None:
        """Show the palette."""
        if self.use_command_palette and not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def pop_screen(self) -> AwaitComplete:
        """Close the screen on top, unless one asks for it that is closed already: by a second Enter, say.

        It means itself, and would close whatever was below it.
        """
        asking = _screen_above(active_message_pump.get(None))
        if asking is not None and asking not in self._screen_stack:
            return AwaitComplete()
        return super().pop_screen()

    def switch_mode(self, mode: str) -> AwaitMount:
        """Show another mode, without what is open above this one: hidden, it would still be heard."""
        if mode != self.current_mode:
            for above in reversed(self._screen_stack[1:]):
                above.dismiss(None)
        return super().switch_mode(mode)

    def delay_update(self, delay: float = _LONGEST_DELAY) -> None:
        """Hold frames back while a screen changes, for less than Textual's 50 ms: the key has waited."""
        super().delay_update(min(delay, _LONGEST_DELAY))

    # -- faults ----------------------------------------------------------------------------------------

    async def _dispatch_message(self, message: Message) -> None:
        """Go on after an exception in a handler of the application itself: its loop would end with it."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if not self._running:
                raise
            self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        """Give up the screen that the exception comes from, where Textual would give up everything."""
        worker = active_worker.get(None)  # runs in the name of the application, whoever started it
        pump = active_message_pump.get(None) if worker is None else worker.node
        if isinstance(pump, Widget) and (
            self._exit or (self._running and _is_gone(pump, self._screen_stacks))
        ):
            return  # it was closed before it was whole, or while it was busy: nobody misses anything
        screen = self._screen_of(pump)
        if screen is None or not self._may_go_on(screen):
            super()._handle_exception(error)
        elif screen is not self._broken:  # else it follows from what broke before
            self._broken = screen
            self.faults.append("".join(traceback.format_exception(error)))
            if self._exception is None:  # what a test's pilot looks at
                self._exception = error
                self._exception_event.set()
            self.call_later(self._give_up, screen, f"{type(error).__name__}: {error}")

    def _screen_of(self, pump: object) -> Screen[object] | None:
        """Return the screen that `pump` belongs to, shown or hidden; of the application, the one on top."""
        if not self._running or self._exit or not self._screen_stack:
            return None
        above = _screen_above(pump) or self._screen_stack[-1]
        return None if self._mode_of(above) is None else above

    def _mode_of(self, screen: Screen[object]) -> str | None:
        """Return the mode that has `screen`; None where it was closed."""
        return next((mode for mode, stack in self._screen_stacks.items() if screen in stack), None)

    def _may_go_on(self, screen: Screen[object]) -> bool:
        """Tell whether giving up `screen` may help: not, where one that was made anew breaks at once."""
        if screen is self._broken or screen.is_modal:
            return True
        kind, now = type(screen).__name__, self.clock()
        before = self._broke_at.get(kind, float("-inf"))
        self._broke_at[kind] = now
        return now - before > _AGAIN_SECONDS

    async def _give_up(self, screen: Screen[object], words: str) -> None:
        """Close `screen` with all that is above it; one that a mode needs is made anew."""
        while len(self._screen_stack) > 1 and screen in self._screen_stack[:-1]:
            self.screen.dismiss(None)
        mode = self._mode_of(screen)
        if mode is not None and mode != self.current_mode:
            await self._make_hidden_anew(mode)
            done = "was made anew"
        elif len(self._screen_stack) > 1:
            screen.dismiss(None)
            done = "was closed"
        else:
            await self._make_anew(self.current_mode)
            done = "was made anew"
        self._broken = None
        self.notify(f"{BROKE} and {done} ({words})", severity="error", timeout=10, markup=False)

    async def _make_anew(self, mode: str) -> None:
        with self.batch_update():
            await self.switch_mode(next(other for other in self._modes if other != mode))
            await self._make_hidden_anew(mode)
            await self.switch_mode(mode)

    async def _make_hidden_anew(self, mode: str) -> None:
        made = self._modes[mode]
        await self.remove_mode(mode)
        self.add_mode(mode, made)


def _screen_above(pump: object) -> Screen[object] | None:
    """Return the screen that `pump` belongs to; None where it is no part of one."""
    nodes = pump.ancestors_with_self if isinstance(pump, DOMNode) else []
    return next((node for node in nodes if isinstance(node, Screen)), None)


def _is_gone(part: Widget, stacks: Mapping[str, list[Screen[Any]]]) -> bool:
    """Tell whether `part` is of a screen that was closed."""
    above = _screen_above(part)
    return above is None or all(above not in stack for stack in stacks.values())
