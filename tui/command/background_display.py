"""Shows a suite in a thread of its own, so that a display that fails, or takes nothing, holds nothing up."""

from queue import SimpleQueue
from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

from core.runs.suite_state import SuiteState
from tui.command.standard_streams import STANDARD_ERROR, drop, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

_PATIENCE_SECONDS: Final = 2.0


class Display(Protocol):
    """What shows a suite while it trains."""

    def log(self, text: str) -> None:
        """Show a line that stays."""

    def update(self, suite: SuiteState) -> None:
        """Show how the suite stands now."""

    def hide(self) -> None:
        """Take away what does not stay, and show the cursor, until the next update."""


class _NoDisplay:
    """Takes the place of one that failed."""

    def log(self, text: str) -> None:
        pass

    def update(self, suite: SuiteState) -> None:
        pass

    def hide(self) -> None:
        pass


class BackgroundDisplay:
    """Shows on `display`, which writes to standard error, what it is given to show.

    Where that fails nothing is shown any more, `lost` says so, and standard error leads nowhere. At the end
    it waits until all is shown, which may take a reader for ever; `giving_up` is entered meanwhile.
    """

    def __init__(self, display: Display, giving_up: "Callable[[], AbstractContextManager[None]]") -> None:
        self.lost = False
        self._giving_up = giving_up
        self._display = display
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._latest: SuiteState | None = None
        # not waited for by the interpreter: it may stand in a write for ever
        self._thread = Thread(target=self._show, name="display", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._calls.put(self._hide)
        self._calls.put(None)
        with self._giving_up():
            self._thread.join()

    def log(self, text: str) -> None:
        """Show a line that stays; safe to call from a signal handler."""
        self._calls.put(lambda: self._display.log(text))

    def update(self, suite: SuiteState) -> None:
        """Show how the suite stands now, or later: of several that wait, the last."""
        waiting, self._latest = self._latest, suite
        if waiting is None:
            self._calls.put(self._update)

    def hide(self) -> None:
        """Take away what does not stay; return when all is shown, or after a moment."""
        shown = Event()
        self._calls.put(self._hide)
        self._calls.put(shown.set)
        shown.wait(_PATIENCE_SECONDS)

    def _update(self) -> None:
        suite, self._latest = self._latest, None
        if suite is not None:
            self._display.update(suite)

    def _hide(self) -> None:
        self._display.hide()

    def _show(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                call()
            except OSError:
                self._lose()
                drop(STANDARD_ERROR)
            except Exception as error:  # noqa: BLE001 - whatever ails a display, what it shows goes on
                self._lose()
                say(f"cifar-tui: nothing is shown any more, training goes on ({error!r})")

    def _lose(self) -> None:
        self._display = _NoDisplay()
        self.lost = True
