"""How a run begins: anew, or from its checkpoint, with what its event file lacks told again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.config.run_config import RunConfig
from core.runs.checkpoint_file import Checkpoint, DamagedError, Origin, read_checkpoint, remove_half
from core.runs.event_codec import from_line
from core.runs.event_log import read_events
from core.runs.events import EpochEnded, Evaluated, Event, Notice, StepsDone
from core.runs.evidence_events import WatchedAnswered
from core.runs.folder import RunFolder
from core.runs.life_events import RunLengthened, RunRestarted, RunResumed, RunStarted
from core.runs.run_reducer import replay
from core.runs.run_state import Outcome, RunState
from core.runs.safe_files import remove_file

Told = StepsDone | EpochEnded | WatchedAnswered | Evaluated | RunRestarted
"""What a checkpoint's history is made of."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first events of a run's new life, and the checkpoint it goes on from; None where it begins anew.

    A run that had `finished` so many epochs is to have more; None for any other.
    """

    events: tuple[Event, ...]
    checkpoint: Checkpoint | None
    finished: int | None = None


def beginning(name: str, config: RunConfig, folder: RunFolder, command: str, *, fresh: bool) -> Beginning:
    """Return how the run `name` begins: from its checkpoint where there is one, unless it is to be `fresh`.

    Only the holder of the suite's lock may ask: what an interrupted writer left is removed.

    Raises:
        OSError: the event file is there and cannot be read, or a checkpoint not be removed.
    """
    started = RunStarted(run=name, config=config, recipe=config.recipe, command=command)
    remove_half(folder.checkpoint)
    if fresh:  # else a worker that dies before its first checkpoint would leave another life's
        remove_file(folder.checkpoint)
    checkpoint, trouble = _usable(folder, config)
    if checkpoint is None:
        notices = [Notice(text=f"{folder.checkpoint.name} {trouble}; the run begins anew")] * bool(trouble)
        return Beginning((started, *notices), None)
    told = replay(name, read_events(folder.events))
    planned = config.epochs if told.started is None else told.started.config.epochs
    first = [started] if told.started is None else _lengthened(planned, config.epochs)
    events = (*first, *_resumed(checkpoint, told, command))
    is_longer = told.outcome is Outcome.FINISHED and planned < config.epochs
    return Beginning(events, checkpoint, planned if is_longer else None)


def _usable(folder: RunFolder, config: RunConfig) -> tuple[Checkpoint | None, str]:
    """Return the checkpoint, or what is wrong with it."""
    try:
        found = read_checkpoint(folder.checkpoint)
    except DamagedError as error:
        return None, f"is {error}"
    except OSError as error:
        return None, f"cannot be read ({error.strerror})"
    if found is None:
        return None, ""
    if not _serves(found.origin, config):
        return None, "is of other settings"
    return replace(found, origin=replace(found.origin, config=config)), ""


def _serves(origin: Origin, config: RunConfig) -> bool:
    """Tell whether training goes on as `config` has it, of which the epochs may have become more."""
    own, recipe = origin.config, config.recipe
    if recipe.schedule.is_open_ended and own.epochs < config.epochs:
        own = replace(own, epochs=config.epochs)
    return (own, origin.recipe) == (config, recipe)


def _lengthened(planned: int, epochs: int) -> list[RunLengthened]:
    """Return that there are to be more epochs than the event file says, if so."""
    return [RunLengthened(planned=planned, epochs=epochs)] * (planned < epochs)


def _resumed(checkpoint: Checkpoint, told: RunState, command: str) -> Iterator[Event]:
    """Yield that the run goes on, and what the event file has lost of the epochs before the checkpoint."""
    whole = next((r.epoch for r in told.epochs if r.test is None), len(told.epochs) + 1)
    epoch = min(checkpoint.epoch, whole)
    yield RunResumed(
        epoch=epoch,
        training_epoch=checkpoint.epoch,
        step=checkpoint.step,
        seconds=checkpoint.seconds,
        command=command,
    )
    yield from (event for event in history_events(checkpoint.history) if event.epoch >= epoch)


def history_events(lines: Sequence[str]) -> Iterator[Told]:
    """Yield the events of a checkpoint's history."""
    for line in lines:
        event = from_line(line).event
        if isinstance(event, Told):
            yield event
