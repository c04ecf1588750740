"""How a try at training ends, whatever ends it."""

from collections.abc import Callable
from dataclasses import dataclass

from core.config.run_config import RunConfig
from core.errors import InputError
from core.results.outcome_text import divergence_words
from core.runs.events import Emit, Notice
from core.runs.life_events import RunDiverged, RunEnd, RunStopped
from core.training.divergence import Diverged
from core.worker.failure import failure
from core.worker.orders import Ended


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, and whether the queued ones are off as well.

    One that was to have more epochs and has got none has `epochs` as before; None for any other.
    """

    event: RunEnd
    suite: bool = False
    epochs: int | None = None


def ending_of(train: Callable[[], Ending], config: RunConfig, emit: Emit, *, goes_on: bool) -> Ending:
    """Return what `train` returns, or the end that it raises; one of `config` that `goes_on` where it was."""
    try:
        return train()
    except Ended as end:
        return Ending(RunStopped(reason=end.reason), suite=end.suite)
    except Diverged as found:
        emit(Notice(text=f"diverged: {divergence_words(found.epoch, found.step, found.loss)}"))
        return Ending(RunDiverged(epoch=found.epoch, step=found.step, loss=found.loss))
    except Exception as error:  # noqa: BLE001 - whatever it is, the event file is where it is recorded
        # what cannot be imported now cannot be for the next run, and only the first error says why;
        # images and devices are every run's, but that this one cannot go on is its own affair
        ends_suite = isinstance(error, ImportError) or (isinstance(error, InputError) and not goes_on)
        return Ending(failure(error, config), suite=ends_suite)
