"""Joins a Ray cluster, where ray is installed."""

import os
import socket
from importlib.util import find_spec
from typing import Final

from core.errors import InputError
from core.worker.cluster.nodes import Cluster

_ANSWER_SECONDS: Final = 10.0


def joined(address: str | None) -> Cluster:
    """Return the cluster at `address`; None is the one there is here, or a new one of this machine.

    Raises:
        InputError: ray is not installed, or no cluster answers.
    """
    if find_spec("ray") is None:
        raise InputError(
            "--engine ray: ray is not installed; install cifar-tui with its extra: cifar-tui[ray]"
        )
    _check_answer(address or os.environ.get("RAY_ADDRESS"))
    from core.worker.cluster.ray_cluster import RayCluster  # noqa: PLC0415 - only where it is there

    return RayCluster(address)


def _check_answer(address: str | None) -> None:
    """Raise InputError where nobody answers at `address`: Ray itself would try for minutes."""
    host, colon, port = (address or "").rpartition(":")
    if not colon or not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise InputError(f"--address {address}: no Ray cluster answers there ({error})") from error
