from dataclasses import replace
from pathlib import Path

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.folder import SuiteFolder
from core.runs.run_state import RunState
from core.runs.suite_state import SuiteState
from core.supervisor.follower import Snapshot
from tests.report.example_runs import config, example_states
from tui.compare.chosen import Chosen

_SUITE = Path("runs/20260101-tuned")


def _snapshot(*runs: RunState) -> Snapshot:
    suite = SuiteConfig(Grid(config(Norm.BATCH), tuple(Norm)).runs(), "cifar-tui")
    return Snapshot(folder=SuiteFolder(_SUITE), state=SuiteState(suite, runs), alive=True)


def _early(run: RunState) -> RunState:
    return replace(run, epochs=run.epochs[:5])


def test_runs_of_the_open_suite_are_followed() -> None:
    batch, layer, group = example_states()
    chosen = Chosen((_early(batch), _early(layer)), (_SUITE / "batch", Path("runs/other/layer")))
    assert chosen.followed(_snapshot(batch, layer, group)) == Chosen((batch, _early(layer)), chosen.paths)


def test_a_suite_chosen_as_a_whole_brings_runs_along_once_they_are_evaluated() -> None:
    batch, layer, _ = example_states()
    chosen = Chosen((_early(batch),), (_SUITE,))
    begun = chosen.followed(_snapshot(batch, _early(layer), RunState("group")))
    assert begun == Chosen((batch, _early(layer)), (_SUITE, _SUITE))
    assert begun.folders == (_SUITE,)


def test_a_run_chosen_alone_brings_no_other_along() -> None:
    batch, layer, group = example_states()
    chosen = Chosen((_early(batch),), (_SUITE / "batch",))
    assert chosen.followed(_snapshot(batch, layer, group)).runs == (batch,)


def test_with_nothing_chosen_the_open_suite_is() -> None:
    batch, layer, _ = example_states()
    assert Chosen().followed(_snapshot(batch, layer, RunState("group"))).runs == (batch, layer)


def test_a_folder_is_the_same_however_it_is_written() -> None:
    batch, layer, _ = example_states()
    chosen = Chosen((_early(batch),), ((_SUITE / "batch").absolute(),))
    assert chosen.followed(_snapshot(batch, layer)).runs == (batch,)
