"""What a cluster is to the engine that trains on it: `core.worker.cluster.ray_cluster` has the real one."""

from collections.abc import Sequence
from typing import Any, Protocol

from core.worker.cluster.messages import Message, RemoteTask
from core.worker.cluster.share import Node, Share
from core.worker.loaded_images import LoadedImages
from core.worker.orders import Wishes


class NodeLostError(Exception):
    """Nobody answers any more where a run was trained; the message says what is known of why."""


class Trainee(Protocol):
    """A run that is trained on a node, or waits for room on one."""

    def exchange(self, wishes: Wishes, seconds: float) -> Sequence[Message] | None:
        """Pass on what is asked, and return what there is to say; None where no answer came in `seconds`.

        Raises:
            NodeLostError: there is nobody to answer.
        """

    def end(self) -> None:
        """Let go of the node."""


class Cluster(Protocol):
    """Nodes that come and go; within about `settling_seconds` it knows that one is gone."""

    @property
    def settling_seconds(self) -> float:
        """How long what is started may still be sent to a node that is gone."""

    def nodes(self) -> Sequence[Node]:
        """Return what each node has that is there now."""

    def put(self, images: LoadedImages) -> Any:  # noqa: ANN401 - what `start` takes
        """Keep `images` where every node can have them, and return what stands for them."""

    def start(self, share: Share, task: RemoteTask, images: Any) -> Trainee:  # noqa: ANN401 - what `put` gave
        """Train `task` as soon as there is room for its `share`."""

    def close(self) -> None:
        """Leave the cluster; what still trains ends."""
