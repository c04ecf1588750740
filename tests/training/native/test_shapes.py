"""Images of other sizes and other numbers of classes, through the C++ layers and torch's."""

import pytest

from core.config.network_shape import NetworkShape
from core.config.presets import Norm, Preset
from tests.bench.shapes import compared
from tests.training.native.exactness import nearest


@pytest.mark.parametrize(
    ("norm", "preset", "shape"),
    [
        (Norm.BATCH, Preset.TUNED, NetworkShape(2, 96)),
        (Norm.LAYER, Preset.REFERENCE, NetworkShape(100, 64)),
        (Norm.GROUP, Preset.FAST, NetworkShape(1_000, 64)),
    ],
)
def test_they_are_as_near_to_double_precision_as_torch_is(
    norm: Norm, preset: Preset, shape: NetworkShape
) -> None:
    ours, theirs = compared(norm, preset, shape, batches=1, images=6)
    assert ours.logits[0] < nearest(1e-5)
    assert ours.logits[0] < nearest(2.0, 3.0) * theirs.logits[0]
    assert ours.gradients[0] < nearest(2e-2, 0.6)
