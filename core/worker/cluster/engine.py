"""Training on a cluster: the worker loads the images, hands out the runs, and writes down what they say."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final

from core import __version__
from core.config.suite_config import SuiteConfig
from core.dataset.images import ImageSplit
from core.runs.checkpoint_file import Checkpoint
from core.runs.events import Notice, Phase, PhaseChanged
from core.runs.life_events import Fault, RunFailed
from core.worker.background import holding, run_in_background
from core.worker.cluster.following import Following
from core.worker.cluster.messages import RemoteTask
from core.worker.cluster.nodes import Cluster, NodeLostError
from core.worker.cluster.share import Share, share_of
from core.worker.ending import Ending
from core.worker.engine import Cell, MakeRoom
from core.worker.going_on import beginning
from core.worker.loaded_images import LoadedImages

_VARIABLES: Final = (
    "CIFAR_TUI_PLAIN",
    "CIFAR_TUI_PRECISION",
    "CIFAR_TUI_CXXFLAGS",
    "CUBLAS_WORKSPACE_CONFIG",
)
"""What decides how a run is computed, and is to be the same on a node."""

_MOST_LOSSES: Final = 4  # without a new checkpoint: then it may be the run that ends its nodes
_NODES_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Joined:
    """A cluster, and what each run takes of it."""

    cluster: Cluster
    share: Share


@dataclass(frozen=True, slots=True)
class _Shipped:
    """Images that the cluster has, and what stands for them there."""

    images: LoadedImages
    reference: Any


class ClusterEngine:
    """Trains the cells of `suite` on the cluster that `join` gives; `make_room` hears how many at once.

    Where a node is lost, its cells are trained again on another from their last checkpoints.
    """

    def __init__(
        self,
        suite: SuiteConfig,
        make_room: MakeRoom,
        join: Callable[[], Cluster],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._suite = suite
        self._make_room = make_room
        self._join = join
        self._clock = clock
        self._opening = Lock()
        self._joined: _Joined | None = None
        self._shipped: _Shipped | None = None
        self._counting = Lock()
        self._counted_at = float("-inf")
        self._room = 0

    def train(self, cell: Cell) -> Ending:
        """Train `cell` on a node, this thread following it; see `Engine`."""
        poll = cell.orders.poll_commands_before_training
        cell.emit(PhaseChanged(phase=Phase.IMPORT))
        with holding(self._opening, poll):
            joined = self._joined_by(cell, poll)
            shipped = self._shipped_for(cell, joined.cluster, poll)
        self._count(joined)
        going_on, losses = cell.going_on, 0
        while True:
            cell.emit(shipped.images.data)
            trainee = joined.cluster.start(
                joined.share, self._task(cell, joined.share, going_on), shipped.reference
            )
            try:
                return Following(cell, trainee, lambda: self._count(joined), self._clock).ending()
            except NodeLostError as error:
                before, going_on = going_on, self._begun_again(cell, str(error))
                losses = losses + 1 if _reached(going_on) == _reached(before) else 1
                if losses == _MOST_LOSSES:
                    words = f"its node was lost {losses} times without a new checkpoint: {error}"
                    return Ending(RunFailed(error=words, fault=Fault.PROGRAM))
                self._settle(losses * joined.cluster.settling_seconds, poll)

    def _settle(self, seconds: float, poll: Callable[[], object]) -> None:
        """Wait until the cluster knows that a node is gone, or the next try would be sent there as well."""
        end = self._clock() + seconds
        while self._clock() < end:
            poll()
            time.sleep(_LOOK_SECONDS)

    def close(self) -> None:
        """Leave the cluster."""
        if self._joined is not None:
            self._joined.cluster.close()

    def _joined_by(self, cell: Cell, poll: Callable[[], object]) -> _Joined:
        if self._joined is None:
            cluster = run_in_background(lambda _emit: self._join(), cell.emit, poll)
            share = share_of(cell.config.device, self._suite.parallel, cluster.nodes())
            self._joined = _Joined(cluster, share)
        return self._joined

    def _shipped_for(self, cell: Cell, cluster: Cluster, poll: Callable[[], object]) -> _Shipped:
        if self._shipped is None or not self._shipped.images.serves(cell.config):
            cell.emit(PhaseChanged(phase=Phase.DATA))
            loaded = LoadedImages.of(cell.config, cell.emit, poll)
            self._shipped = _Shipped(loaded, cluster.put(_bare(loaded)))
            cell.emit(PhaseChanged(phase=Phase.IMPORT))
        return self._shipped

    def _count(self, joined: _Joined) -> None:
        """Make room for as many cells as the nodes have that are there now; look at times."""
        with self._counting:
            if self._clock() - self._counted_at < _NODES_SECONDS:
                return
            self._counted_at = self._clock()
            room = max(1, joined.share.at_once(joined.cluster.nodes()))
            changed, self._room = room != self._room, room
        if changed:
            self._make_room(room)

    def _task(self, cell: Cell, share: Share, going_on: Checkpoint | None) -> RemoteTask:
        return RemoteTask(
            name=cell.name,
            config=cell.config,
            device=share.device,
            keep=cell.suite.keep,
            checkpoint_seconds=cell.suite.checkpoint_seconds,
            going_on=going_on,
            environment={name: os.environ[name] for name in _VARIABLES if name in os.environ},
            version=__version__,
        )

    def _begun_again(self, cell: Cell, reason: str) -> Checkpoint | None:
        """Let the run begin again after the loss of its node; return the checkpoint it goes on from."""
        begins = beginning(cell.name, cell.config, cell.folder, cell.suite.command, fresh=False)
        for event in begins.events:
            cell.emit(event)
        cell.emit(Notice(text=f"its node was lost, and another takes its place: {reason}"))
        return begins.checkpoint


def _reached(checkpoint: Checkpoint | None) -> tuple[int, int] | None:
    return None if checkpoint is None else (checkpoint.epoch, checkpoint.step)


def _bare(loaded: LoadedImages) -> LoadedImages:
    """Return the images without what was computed of them and kept."""
    images = loaded.images
    train, test = (ImageSplit(split.images, split.labels) for split in (images.train, images.test))
    return replace(loaded, images=replace(images, train=train, test=test))
