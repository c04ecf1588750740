from pathlib import Path

import pytest

from core import load_run, train
from core.errors import InputError
from core.runs.folder import SuiteFolder
from core.runs.run_state import Outcome
from core.runs.suite_state import SuiteState


def test_what_the_callback_raises_ends_the_worker(tmp_path: Path) -> None:
    def interrupted(_state: SuiteState) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(norm="batch", epochs=1, data="demo", runs_dir=tmp_path, progress=interrupted)
    (path,) = tmp_path.iterdir()
    assert not SuiteFolder(path).alive()
    assert load_run(path).outcome in {Outcome.WAITING, Outcome.STOPPED}


def test_bad_input_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--data nowhere: "):
        train(runs_dir=tmp_path / "runs", data="nowhere")
    with pytest.raises(InputError, match="device='tpu': must be one of "):
        train(runs_dir=tmp_path / "runs", device="tpu")
    assert list(tmp_path.iterdir()) == []
