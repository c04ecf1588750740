import argparse
import shutil
from pathlib import Path

import pytest

from core.runs.event_log import read_events
from core.runs.run_state import replay
from tests.bench import seeds
from tests.bench.seeds import FinishedRun, as_wanted, figures, finished, spread

pytestmark = pytest.mark.bench


def test_missing_runs_are_trained_and_finished_ones_are_not(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    seeds.add_options(parser)
    words = f"--data demo --epochs 2 --seeds 2 --norms group --runs-dir {tmp_path} --"
    options = parser.parse_args([*words.split(), "--limit-train", "128", "--limit-test", "50"])
    result = seeds.measure(options)
    files = sorted(tmp_path.glob("seed-*/*/*/events.jsonl"))
    assert [file.parents[2].name for file in files] == ["seed-0", "seed-1"]
    states = [replay("group", read_events(file)) for file in files]
    own = figures([run for seed in ("seed-0", "seed-1") for run in finished(tmp_path / seed)])
    assert result["norms"] == {"group": own}
    assert own["test_accuracy_percent"] == spread([100 * state.tests[-1].accuracy for state in states])
    assert [state.started.config.seed for state in states if state.started] == [0, 1]
    assert seeds.measure(options) == result
    assert sorted(tmp_path.glob("seed-*/*/*/events.jsonl")) == files
    options.epochs = 3
    with pytest.raises(RuntimeError, match="epochs is 2, not 3"):
        seeds.measure(options)
    shutil.copytree(files[0].parents[1], files[0].parents[1].with_name("again"))
    with pytest.raises(RuntimeError, match="two finished runs of one norm"):
        as_wanted(tmp_path / "seed-0", {"epochs": 2})


def test_a_deviation_is_the_sample_s() -> None:
    assert spread([80.0, 82.0, 84.0]) == {"mean": 82.0, "deviation": 2.0, "all": [80.0, 82.0, 84.0]}


def test_one_run_has_no_deviation(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="1 finished runs"):
        figures([FinishedRun(replay("group", []), tmp_path)])
