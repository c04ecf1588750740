import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.errors import InputError
from core.runs.folder import create_suite
from core.runs.life_events import RunFinished, RunStarted, RunStopped
from core.supervisor.resuming import go_on
from tests.command.programs import everything_in
from tests.process.suites import small_suite
from tests.runs.made_suites import write


@pytest.mark.parametrize(
    ("ends", "runs", "fresh"),
    [
        (RunStopped(reason="asked to stop"), (), False),
        (RunStopped(reason="asked to stop"), ("group",), False),
        (RunStopped(reason="asked to stop"), ("group",), True),
        (RunFinished(), (), True),
    ],
)
def test_no_run_is_trained_beside_one_of_another_version_s_recipe(
    ends: RunStopped | RunFinished, runs: tuple[str, ...], *, fresh: bool, tmp_path: Path
) -> None:
    suite = small_suite(Norm.BATCH, Norm.GROUP)
    folder = create_suite(tmp_path, suite, datetime(2026, 1, 1, tzinfo=UTC))
    config = suite.runs[0]
    earlier = replace(config.recipe, momentum=0.123)
    write(folder, "batch", RunStarted(run="batch", config=config, recipe=earlier, command="cifar-tui"), ends)
    before = everything_in(folder.path)
    told = re.escape(f"{folder.path}: batch was trained by the recipe that another version had for reference")
    with pytest.raises(InputError, match=f"^{told}"):
        go_on(folder, runs, fresh=fresh)
    assert everything_in(folder.path) == before
