"""Loading the images a run wants, in reach of whoever wants to stop it."""

import time
from collections.abc import Callable
from typing import Final

from core.config.run_config import RunConfig
from core.dataset.images import ImageSet, Limits
from core.dataset.sources import load_images
from core.runs.events import DataProgressed, Emit, Event, Notice
from core.worker.background import run_in_background

_SILENCE_SECONDS: Final = 1.5  # more than loading itself leaves between two reports


def load_in_reach(config: RunConfig, emit: Emit, poll_commands: Callable[[], object]) -> ImageSet:
    """Return the images that `config` trains and tests on, and emit how far that has come.

    `poll_commands` is called several times a second, also while a disk or a network doesn't answer; what it
    raises ends the loading.

    Raises:
        InputError: the images cannot be used.
    """
    pulse = Pulse(emit)

    def poll() -> None:
        poll_commands()
        pulse.beat()

    return run_in_background(lambda emit: _load(config, emit), pulse.emit, poll)


class Pulse:
    """Passes events on, and says the last progress again where nothing is heard for a while.

    So whoever watches sees that time passes, and that nothing comes.
    """

    def __init__(self, emit: Emit, clock: Callable[[], float] = time.monotonic) -> None:
        self._emit = emit
        self._clock = clock
        self._last: Event | None = None
        self._heard_at = clock()

    def emit(self, event: Event) -> None:
        """Pass an event on."""
        self._last, self._heard_at = event, self._clock()
        self._emit(event)

    def beat(self) -> None:
        """Say the last event again, where that was a progress and is some time ago."""
        if isinstance(self._last, DataProgressed) and self._clock() - self._heard_at >= _SILENCE_SECONDS:
            self.emit(self._last)


def _load(config: RunConfig, emit: Emit) -> ImageSet:
    return load_images(
        config.data,
        lambda what, done, total, unit: emit(DataProgressed(what=what, done=done, total=total, unit=unit)),
        notice=lambda text: emit(Notice(text=text)),
        options=config.image_options,
        limits=Limits(config.limit_train, config.limit_test),
    )
