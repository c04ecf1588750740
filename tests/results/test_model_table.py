from dataclasses import replace

import pytest

from core.config.presets import LayerNormKind, Norm
from core.results.model_size import model_size
from core.results.model_table import model_table
from tests.report.example_runs import model

_BATCH_START = """\
--------------------------------------------------------------------------------
        Layer (type)               Output Shape         Param # Receptive field
================================================================================
            Conv2d-1            [-1, 8, 32, 32]             216               3
       BatchNorm2d-2            [-1, 8, 32, 32]              16               3
"""
_BATCH_END = """
        AvgPool2d-37             [-1, 64, 1, 1]               0              72
           Conv2d-38             [-1, 10, 1, 1]             640              72
================================================================================
Total params: 41,992
Trainable params: 41,992
Non-trainable params: 0
--------------------------------------------------------------------------------
Input size (MB): 0.01
Forward/backward pass size (MB): 1.69
Params size (MB): 0.16
Estimated Total Size (MB): 1.86
--------------------------------------------------------------------------------"""


def test_the_table_has_the_assignments_form_and_a_column_more() -> None:
    text = model_table(model(Norm.BATCH))
    assert text.startswith(_BATCH_START)
    assert text.endswith(_BATCH_END)
    assert len(text.splitlines()) == 3 + 38 + 10


def test_without_receptive_fields_the_table_is_the_assignments_own() -> None:
    new = model(Norm.BATCH)
    old = replace(new, rows=tuple(replace(row, receptive_field=None) for row in new.rows))
    lines = model_table(old).splitlines()
    assert lines[:2] == ["-" * 64, "        Layer (type)               Output Shape         Param #"]
    assert lines == [line[:64].rstrip() for line in model_table(new).splitlines()]


@pytest.mark.parametrize(
    ("norm", "parameters", "parameter_megabytes", "total_megabytes"),
    [
        (Norm.BATCH, "41,992", "0.16", "1.86"),
        (Norm.GROUP, "41,992", "0.16", "1.86"),
        (Norm.LAYER, "146,008", "0.56", "2.26"),
    ],
)
def test_the_totals_are_the_published_ones(
    norm: Norm, parameters: str, parameter_megabytes: str, total_megabytes: str
) -> None:
    lines = model_table(model(norm)).splitlines()
    assert f"Total params: {parameters}" in lines
    assert "Forward/backward pass size (MB): 1.69" in lines
    assert f"Params size (MB): {parameter_megabytes}" in lines
    assert f"Estimated Total Size (MB): {total_megabytes}" in lines


def test_layer_norm_with_a_scale_a_channel_is_as_large_as_batch_norm() -> None:
    channel = model_size(model(Norm.LAYER, LayerNormKind.CHANNEL))
    assert channel == model_size(model(Norm.BATCH))


def test_sizes_are_in_bytes() -> None:
    size = model_size(model(Norm.BATCH))
    assert size.input_bytes == 3 * 32 * 32 * 4
    assert size.parameter_bytes == 41_992 * 4
    assert size.total_bytes == size.input_bytes + size.forward_backward_bytes + size.parameter_bytes
