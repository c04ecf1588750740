"""The worker's heart: while it beats, whoever watches knows that the process lives and is not frozen."""

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

from core.worker.awake_clock import AwakeClock

BEAT_SECONDS: Final = 4.0
_LOOK_SECONDS: Final = 0.2


class Heart:
    """Calls `beat` every few seconds within a `with`, in a thread of its own, and keeps `clock` looked at.

    What a run says comes when it has something to say, and importing, compiling, decoding and long steps are
    silent. Where `beat` raises an OSError, a run will meet the same trouble and tell of it.
    """

    def __init__(self, clock: AwakeClock, beat: Callable[[], object]) -> None:
        self._clock = clock
        self._beat = beat
        self._stopping = Event()
        self._thread = Thread(target=self._live, name="heart", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def _live(self) -> None:
        last = self._clock()
        while not self._stopping.wait(_LOOK_SECONDS):
            if (now := self._clock()) - last >= BEAT_SECONDS:
                last = now
                try:
                    self._beat()
                except OSError:
                    return
