"""A run as it is trained on a node: the same training, with messages in the place of files."""

import os
import platform
import warnings
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from core import __version__
from core.config.suite_config import Keep
from core.errors import InputError
from core.runs.checkpoint_file import Checkpoint
from core.runs.events import Event, Notice, Phase, PhaseChanged
from core.runs.life_events import RunFinished
from core.worker.awake_clock import AwakeClock
from core.worker.cluster.messages import CheckpointMade, Message, RemoteTask, WeightsMade
from core.worker.ending import Ending, ending_of
from core.worker.loaded_images import LoadedImages
from core.worker.orders import Ended, Orders, Wishes
from core.worker.torch_import import import_torch

_WAIT_SECONDS: Final = 0.2  # for something to say, before an exchange ends without


class RemoteRun:
    """Trains `task` on `loaded` images in a thread of its own; `exchange` is called again and again."""

    def __init__(self, task: RemoteTask, loaded: LoadedImages) -> None:
        os.environ.update(task.environment)
        self._task = task
        self._loaded = loaded
        self._said: SimpleQueue[Message] = SimpleQueue()
        self._asked = _Relayed()
        self._clock = AwakeClock()
        self._phase = Phase.IMPORT
        Thread(target=self._run, name=task.name, daemon=True).start()

    def exchange(self, wishes: Wishes) -> list[Message]:
        """Take in what is asked now; return what there is to say, after a moment if that is nothing."""
        self._asked.wishes = wishes
        self._clock()
        messages: list[Message] = []
        try:
            messages.append(self._said.get(timeout=_WAIT_SECONDS))
            while True:
                messages.append(self._said.get_nowait())
        except Empty:
            return messages

    def _run(self) -> None:
        task = self._task
        self._said.put(ending_of(self._train, task.config, self._emit, goes_on=task.going_on is not None))

    def _train(self) -> Ending:
        task = self._task
        if task.version != __version__:
            where = f"the cluster's node {platform.node()}"
            raise InputError(f"{where} has cifar-tui {__version__}; install {task.version} there")
        import_torch()
        # here: torch reads some of the task's variables when it is imported
        from core.worker.checkpoints import Checkpoints  # noqa: PLC0415
        from core.worker.kept_weights import KeptWeights  # noqa: PLC0415
        from core.worker.session import Session, environment_of, found_machine  # noqa: PLC0415
        from core.worker.training_run import train_run  # noqa: PLC0415

        # images that several runs of a node share cannot be written to, and nobody does
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        orders = Orders(self._asked, task.name, self._paused, self._clock)
        orders.poll_commands_before_training()
        place = found_machine().places(task.device)[0]
        environment = environment_of(place)
        self._emit(environment)
        self._emit(Notice(text=f"trains on the cluster's node {platform.node()}"))
        kept = KeptWeights(task.keep, self._keep_weights)
        checkpoints = Checkpoints(_Sent(self._said.put), self._emit, task.checkpoint_seconds, kept)
        session = Session.on(place, environment, self._loaded)
        with session.own_stream():
            train_run(task.config, session, orders, checkpoints, clock=self._clock, going_on=task.going_on)
        return Ending(RunFinished())

    def _keep_weights(self, keep: Keep, content: bytes) -> None:
        self._said.put(WeightsMade(keep, content))

    def _paused(self, begins: bool) -> None:  # noqa: FBT001 - the callable's only argument
        self._said.put(PhaseChanged(phase=Phase.PAUSED if begins else self._phase))

    def _emit(self, event: Event) -> None:
        if isinstance(event, PhaseChanged):
            self._phase = event.phase
        self._said.put(event)


class _Sent:
    """A `Keeper` that sends checkpoints to where the run's folder is."""

    def __init__(self, say: Callable[[Message], None]) -> None:
        self._say = say

    def keep(self, checkpoint: Checkpoint) -> None:
        self._say(CheckpointMade(checkpoint))

    def keep_in_the_end(self, poll_commands: Callable[[], object]) -> None:
        """Leave that to whoever writes them."""


class _Relayed:
    """What was asked at the last exchange."""

    def __init__(self) -> None:
        self.wishes = Wishes()

    @property
    def stop_after_epoch(self) -> bool:
        return self.wishes.stop_after_epoch

    def pausing(self) -> bool:
        return self.wishes.pausing

    def poll(self, _run: str) -> Ended | None:
        return self.wishes.ended()
