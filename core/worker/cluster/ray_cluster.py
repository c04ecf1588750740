"""A Ray cluster; the only module that imports ray."""

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import Any, Final

# Read when ray is imported, or by the processes of a new cluster: to report nothing to its makers; to start a
# node's processes as they are and not by uv, which would copy the folder one stands in; and at the worker's
# own niceness, which yields enough.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_worker_niceness", "0")
os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

import ray
from ray.exceptions import GetTimeoutError, RayError

from core.errors import InputError
from core.worker.cluster.messages import Message, RemoteTask
from core.worker.cluster.nodes import NodeLostError
from core.worker.cluster.remote_run import RemoteRun
from core.worker.cluster.share import Node, Share
from core.worker.loaded_images import LoadedImages
from core.worker.orders import Wishes

_LONGEST_LINE: Final = 200  # characters
_LEAVE_SECONDS: Final = 30.0
_SETTLING_SECONDS: Final = 6.0
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")


class RayCluster:
    """The cluster at `address`; None is the one there is here, or a new one of this machine.

    A thread of its own joins and leaves it: processes of a new one end with the thread that started them.

    Raises:
        InputError: none answers there.
    """

    def __init__(self, address: str | None) -> None:
        self._leaving = Flag()
        outcome: SimpleQueue[Exception | None] = SimpleQueue()
        self._thread = Thread(target=self._live, args=(address, outcome.put), name="ray", daemon=True)
        self._thread.start()
        if (error := outcome.get()) is not None:
            given = "--engine ray" if address is None else f"--address {address}"
            raise InputError(f"{given}: no Ray cluster answers: {_line(error)}") from error

    @property
    def settling_seconds(self) -> float:
        """Return a part of what Ray's health checks take: tries are further and further apart."""
        return _SETTLING_SECONDS

    def nodes(self) -> Sequence[Node]:
        """Return what each node has that is alive."""
        return [node["Resources"] for node in ray.nodes() if node["Alive"]]

    def put(self, images: LoadedImages) -> Any:  # noqa: ANN401 - a reference of Ray's
        """Put `images` into the object store, from which each node takes them once."""
        return ray.put(images)

    def start(self, share: Share, task: RemoteTask, images: Any) -> "RayTrainee":  # noqa: ANN401 - what `put` gave
        """Start an actor for `task`, which waits for room; they spread over the nodes."""
        actor = ray.remote(RemoteRun).options(
            name=None,
            num_cpus=share.cpus,
            num_gpus=share.gpus,
            max_restarts=0,
            scheduling_strategy="SPREAD",
        )
        return RayTrainee(actor.remote(task, images))

    def close(self) -> None:
        """Leave the cluster, or end the one that was started for this."""
        self._leaving.set()
        self._thread.join(_LEAVE_SECONDS)

    def _live(self, address: str | None, tell: Callable[[Exception | None], None]) -> None:
        try:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
        except Exception as error:  # noqa: BLE001 - of many kinds; every one means that there is no cluster
            tell(error)
            return
        tell(None)
        self._leaving.wait()
        ray.shutdown()


class RayTrainee:
    """An actor that trains a run."""

    def __init__(self, actor: Any) -> None:  # noqa: ANN401 - a handle of Ray's
        self._actor = actor
        self._call: Any = None

    def exchange(self, wishes: Wishes, seconds: float) -> Sequence[Message] | None:
        """Wait for the answer to the call before, if there is none yet, else for that to a new one."""
        if self._call is None:
            self._call = self._actor.exchange.remote(wishes)
        try:
            messages: Sequence[Message] = ray.get(self._call, timeout=seconds)
        except GetTimeoutError:
            return None
        except RayError as error:
            raise NodeLostError(_line(error)) from error
        self._call = None
        return messages

    def end(self) -> None:
        """End the actor, if it lives."""
        with suppress(RayError, ValueError):
            ray.kill(self._actor)


def _line(error: BaseException) -> str:
    """Return in one line how what an error of Ray's says begins, and how it ends: the cause stands there."""
    lines = [" ".join(line.split()) for line in _COLOURS.sub("", str(error)).splitlines() if line.strip()]
    parts = dict.fromkeys(line[:_LONGEST_LINE] for line in (*lines[:1], *lines[-1:]))
    return " … ".join(parts) or type(error).__name__
