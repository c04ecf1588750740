from dataclasses import replace

from core.config.presets import Norm
from core.results.labelled_runs import label_runs
from core.runs.life_events import RunStarted
from core.runs.run_state import RunState
from tests.report.example_runs import RECIPE, config, state


def _begun(norm: Norm, seed: int = 0, data: str = "images") -> RunState:
    started = RunStarted(
        run=str(norm), config=replace(config(norm, seed), data=data), recipe=RECIPE, command="cifar-tui"
    )
    return state([started], name=norm)


def test_runs_of_different_norms_are_named_by_norm() -> None:
    runs = label_runs([_begun(Norm.LAYER), _begun(Norm.BATCH)])
    assert [run.label for run in runs] == ["layer", "batch"]
    assert [run.heading for run in runs] == ["Layer normalization", "Batch normalization"]
    assert [run.style.colour.name for run in runs] == ["norm-layer", "norm-batch"]


def test_runs_of_one_norm_are_told_apart_by_their_settings() -> None:
    runs = label_runs([_begun(Norm.BATCH, 1), _begun(Norm.BATCH, 2, "demo"), _begun(Norm.GROUP)])
    assert [run.label for run in runs] == [
        "batch, seed 1, data images",
        "batch, seed 2, data demo",
        "group",
    ]
    assert runs[0].heading == "Batch normalization, seed 1, data images"
    assert runs[1].slug == "batch-seed-2-data-demo"


def test_runs_alike_in_every_setting_are_numbered() -> None:
    runs = label_runs([_begun(Norm.BATCH), _begun(Norm.BATCH), RunState("batch")])
    assert [run.label for run in runs] == ["batch", "batch (2)", "batch (3)"]
    assert [run.slug for run in runs] == ["batch", "batch-2", "batch-3"]
    assert len({run.style for run in runs}) == 3


def test_a_name_that_is_no_norm_stays_a_name() -> None:
    runs = label_runs([RunState("Größe/☃"), RunState("☃"), RunState("☃☃")])
    assert [run.norm for run in runs] == [None, None, None]
    assert [run.heading for run in runs] == ["Größe/☃", "☃", "☃☃"]
    assert [run.slug for run in runs] == ["gr-e", "run", "run-2"]


def test_a_class_without_a_name_has_its_number() -> None:
    (run,) = label_runs([RunState("batch")])
    assert run.class_name(3) == "class 3"
