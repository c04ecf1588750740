from dataclasses import replace

import pytest

from core.config.presets import Norm, Preset
from core.config.run_config import Rates, RunConfig
from core.results.measured_presets import measured
from tests.documents.measured_presets import PLACE, text

TUNED = RunConfig(norm=Norm.BATCH)


def test_the_file_has_what_the_committed_reports_have() -> None:
    assert PLACE.read_text(encoding="utf-8") == text(), (
        "write it anew: python -m tests.documents.measured_presets"
    )


@pytest.mark.parametrize("preset", Preset)
@pytest.mark.parametrize("norm", Norm)
def test_each_preset_and_norm_was_measured(preset: Preset, norm: Norm) -> None:
    found = measured(RunConfig(norm=norm, preset=preset, seed=7, data="images"))
    assert found is not None
    assert found.low < found.accuracy < found.high
    assert found.data == "CIFAR-10 (JPEG)"
    assert len(f"{norm} {found}") <= 32  # as many columns as the start screen has


@pytest.mark.parametrize(
    "other",
    [
        replace(TUNED, epochs=19),
        replace(TUNED, batch_size=64),
        replace(TUNED, learning_rate=0.01),
        replace(TUNED, schedule=Rates.CONSTANT),
        replace(TUNED, limit_train=5_000),
        replace(TUNED, limit_test=5_000),
        TUNED.having({"dropout": 0.1}),
    ],
)
def test_what_is_trained_otherwise_was_not_measured(other: RunConfig) -> None:
    assert measured(TUNED) is not None
    assert measured(other) is None
