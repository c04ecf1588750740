"""A cluster in this process, whose nodes can be lost."""

import pickle
from collections.abc import Callable, Sequence
from typing import TypeVar

from core.worker.cluster.messages import CheckpointMade, Message, RemoteTask
from core.worker.cluster.nodes import NodeLostError
from core.worker.cluster.remote_run import RemoteRun
from core.worker.cluster.share import Node, Share
from core.worker.ending import Ending
from core.worker.loaded_images import LoadedImages
from core.worker.orders import Wishes

_T = TypeVar("_T")
_ABANDONED = Wishes(end=("abandoned", False))


class MadeUpCluster:
    """Two nodes; those of the first `losses` runs that it trains are lost, after `checkpoints` of them."""

    def __init__(self, losses: int = 0, checkpoints: int = 1) -> None:
        self.tasks: list[RemoteTask] = []
        self.closed = False
        self._losses = losses
        self._checkpoints = checkpoints

    @property
    def settling_seconds(self) -> float:
        return 0.0

    def nodes(self) -> Sequence[Node]:
        return [{"CPU": 1.0}, {"CPU": 1.0, "memory": 1e9}]

    def put(self, images: LoadedImages) -> LoadedImages:
        return sent(images)

    def start(self, share: Share, task: RemoteTask, images: LoadedImages) -> "MadeUpTrainee":
        assert share.cpus == 1
        self.tasks.append(task)
        is_to_be_lost = len(self.tasks) <= self._losses
        return MadeUpTrainee(RemoteRun(sent(task), images), self._checkpoints if is_to_be_lost else None)

    def close(self) -> None:
        self.closed = True


class MadeUpTrainee:
    """Answers until so many checkpoints were made."""

    def __init__(self, run: RemoteRun, checkpoints: int | None) -> None:
        self._run = run
        self._left = checkpoints

    def exchange(self, wishes: Wishes, _seconds: float) -> Sequence[Message] | None:
        if self._left == 0:
            while not any(isinstance(told, Ending) for told in self._run.exchange(_ABANDONED)):
                pass  # nobody hears how it goes on, and no test is to leave a thread behind
            raise NodeLostError("a made-up loss")
        messages = self._run.exchange(sent(wishes))
        if self._left is not None:
            made = [at for at, message in enumerate(messages) if isinstance(message, CheckpointMade)]
            self._left -= min(len(made), self._left)
            messages = messages[: made[0] + 1] if made else messages
        return sent(messages)

    def end(self) -> None:
        pass


class FullCluster:
    """Has no room; `heard` is called whenever somebody asks."""

    def __init__(self, heard: Callable[[], object]) -> None:
        self._heard = heard

    @property
    def settling_seconds(self) -> float:
        return 0.0

    def nodes(self) -> Sequence[Node]:
        return [{"CPU": 1.0}]

    def put(self, images: LoadedImages) -> LoadedImages:
        return images

    def start(self, *_task: object) -> "SilentTrainee":
        return SilentTrainee(self._heard)

    def close(self) -> None:
        pass


class SilentTrainee:
    """Calls `heard` instead of answering."""

    def __init__(self, heard: Callable[[], object]) -> None:
        self._heard = heard

    def exchange(self, _wishes: Wishes, _seconds: float) -> None:
        self._heard()

    def end(self) -> None:
        pass


def sent(value: _T) -> _T:
    """Return what arrives of `value` at another process."""
    arrived: _T = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own
    return arrived
