"""What this process is sent while it trains without a screen: noted, and carried out where there is time."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Self

_STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
_SPARED_WHERE_IGNORED: Final = (signal.SIGQUIT, signal.SIGHUP, signal.SIGTSTP)  # as nohup and shells ask


class Signals:
    """Counts the signals that ask for an end, instead of dying of them.

    A hang-up ends nothing: whether there still is a display, writing to it tells. `suspends` tells whether
    Ctrl-Z was pressed and not yet followed.
    """

    def __init__(self) -> None:
        self.stops = 0
        self.suspends = False
        self._give_up_at: int | None = None
        self._told: Callable[[], None] = lambda: None

    @classmethod
    @contextmanager
    def noted(cls) -> Iterator[Self]:
        """Note signals meanwhile."""
        signals = cls()
        handlers = dict.fromkeys(_STOPS, signals._stop) | {signal.SIGHUP: lambda _number, _frame: None}
        with _handling(handlers):
            yield signals

    @contextmanager
    def noting_suspends(self) -> Iterator[None]:
        """Note Ctrl-Z as well meanwhile; else it stops this process as any other."""
        with _handling({signal.SIGTSTP: self._suspend}):
            yield

    @contextmanager
    def giving_up(self, after: int, told: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Meanwhile give up what is done at the `after`th signal to stop; `told` is called at those before.

        Raises:
            KeyboardInterrupt: that many came.
        """
        self._give_up_at, self._told = self.stops + after, told
        try:
            yield
        finally:
            self._give_up_at = None

    def stand_still(self) -> None:
        """Stop this process as Ctrl-Z would have, until it is sent on."""
        self.suspends = False
        with _handling({signal.SIGTSTP: signal.SIG_DFL}):
            signal.raise_signal(signal.SIGTSTP)

    def _stop(self, _number: int, _frame: object) -> None:
        self.stops += 1
        if self._give_up_at is None:
            return
        if self.stops >= self._give_up_at:
            raise KeyboardInterrupt
        self._told()

    def _suspend(self, _number: int, _frame: object) -> None:
        self.suspends = True


@contextmanager
def _handling(handlers: dict[signal.Signals, "signal._HANDLER"]) -> Iterator[None]:
    spared = {number for number in _SPARED_WHERE_IGNORED if signal.getsignal(number) is signal.SIG_IGN}
    before = {
        number: signal.signal(number, handler) for number, handler in handlers.items() if number not in spared
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
