import re

import pytest

from core.config.devices import Device
from core.errors import InputError
from core.worker.cluster.share import Share, share_of

SMALL, LARGE = {"CPU": 2.0, "memory": 1e9}, {"CPU": 8.0}
GPUS = {"CPU": 16.0, "GPU": 2.0, "accelerator_type:H100": 1.0}


@pytest.mark.parametrize(
    ("device", "parallel", "nodes", "share", "at_once"),
    [
        ("auto", None, [SMALL, LARGE], Share(Device.CPU, 1, 0.0), 10),
        ("cpu", 2, [SMALL, LARGE], Share(Device.CPU, 1, 0.0), 10),
        ("cpu", 1, [SMALL, LARGE], Share(Device.CPU, 2, 0.0), 5),
        ("cpu", 16, [SMALL], Share(Device.CPU, 1, 0.0), 2),
        ("auto", None, [SMALL, GPUS], Share(Device.CUDA, 0, 1.0), 2),
        ("cuda", 3, [SMALL, GPUS, GPUS], Share(Device.CUDA, 0, 1 / 3), 12),
        ("cpu", None, [GPUS], Share(Device.CPU, 1, 0.0), 16),
    ],
)
def test_what_a_run_takes(
    device: str, parallel: int | None, nodes: list[dict[str, float]], share: Share, at_once: int
) -> None:
    assert share_of(device, parallel, nodes) == share
    assert share.at_once(nodes) == at_once


@pytest.mark.parametrize(
    ("device", "nodes", "refusal"),
    [
        ("cuda", [LARGE], "--device cuda: no node of the cluster has a GPU; must be one of auto, cpu"),
        ("auto", [{"memory": 1e9}], "--engine ray: no node of the cluster has a processor to train on"),
    ],
)
def test_what_no_node_has_is_refused(device: str, nodes: list[dict[str, float]], refusal: str) -> None:
    with pytest.raises(InputError, match=re.escape(refusal)):
        share_of(device, None, nodes)
