"""Ends that come from outside: an orderly one is asked for, and where that takes too long, made."""

import os
import signal
from collections.abc import Callable
from threading import Timer
from typing import Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
_PATIENCE_SECONDS: Final = 5.0


class EndsFromOutside:
    """Calls `orderly` with the exit status at the first signal that asks for an end.

    A few seconds later, whatever the process waits for then (a terminal that takes nothing, a disk), it calls
    `at_last` and ends the process. Only the main thread may make one.
    """

    def __init__(self, orderly: Callable[[int], None], at_last: Callable[[], None]) -> None:
        self._orderly = orderly
        self._at_last = at_last
        self._ending = False
        # not asyncio's handlers: they wait for the event loop, which may be what hangs
        for number in _SIGNALS:
            signal.signal(number, self._asked)

    def _asked(self, number: int, _frame: object) -> None:
        status = 128 + number
        if not self._ending:
            self._ending = True
            watchdog = Timer(_PATIENCE_SECONDS, self._end, (status,))
            watchdog.daemon = True
            watchdog.start()
        self._orderly(status)

    def _end(self, status: int) -> None:
        try:
            self._at_last()
        finally:
            os._exit(status)
