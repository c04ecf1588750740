from dataclasses import replace

import pytest

from core.config.presets import Norm
from core.runs.events import DeviceSampled, Phase, PhaseChanged
from core.runs.machine_events import EnvironmentFound
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteState
from tests.report.averaged_runs import averaged, without
from tests.report.example_runs import example_states, state
from tests.report.partial_runs import diverged, waiting
from tests.runs.made_suites import SUITE
from tui.text.narrator import device_words
from tui.text.wording import clock, epoch_line, machine_words, outcome_line, phase_words


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0:00"), (65.0, "1:05"), (3_723.6, "1:02:04")])
def test_a_duration_reads_like_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_an_epoch_is_one_line_that_fits_80_columns() -> None:
    for run in (*example_states(), diverged()):
        for index in range(len(run.epochs)):
            assert len(epoch_line(run, index)) <= 80
    batch = example_states()[0]
    assert epoch_line(batch, 19).startswith("batch epoch 20/20 | train loss ")
    assert f"{batch.last_accuracy:.2%} |" in epoch_line(batch, 19)


def test_a_flip_averaged_accuracy_comes_behind_the_line_as_it_is_without() -> None:
    run, plain = averaged(Norm.BATCH), without(Norm.BATCH)
    for index, share in enumerate(["91.11%", "52.22%", "73.33%"]):
        assert epoch_line(run, index) == f"{epoch_line(plain, index)} | flip-averaged {share}"
    assert outcome_line(run) == f"{outcome_line(plain)}; flip-averaged 73.33%"


def test_every_end_is_told_with_what_was_reached() -> None:
    assert outcome_line(example_states()[0]) == "batch: finished, 20 of 20 epochs; test accuracy 73.51%"
    assert outcome_line(waiting()).endswith(": waiting, not started")


def test_a_better_epoch_than_the_last_is_told_as_what_it_is() -> None:
    assert outcome_line(diverged()).endswith(
        "; test accuracy 10.00% (best epoch 38.91%: chosen on the test images, no result)"
    )


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_words(phase: Phase) -> None:
    assert phase_words(state([PhaseChanged(phase=phase)])) != ""


def test_a_processor_is_told_with_its_instruction_set_where_that_is_known() -> None:
    cpu = EnvironmentFound(device="cpu", device_name="a CPU", threads=2, versions={}, instruction_set="AVX2")
    gpu = replace(cpu, device="cuda", device_name="a GPU")
    environments = (cpu, replace(cpu, instruction_set=""), gpu, replace(gpu, index=1))
    words = [device_words(RunState("batch", environment=found)) for found in environments]
    assert words == ["cpu (a CPU, AVX2)", "cpu (a CPU)", "cuda (a GPU)", "cuda:1 (a GPU)"]
    assert device_words(RunState("batch")) == ""


def test_of_runs_side_by_side_one_that_has_looked_says_what_the_machine_does() -> None:
    environment = EnvironmentFound(device="cpu", device_name="a CPU", threads=2, versions={})
    sample = DeviceSampled(resident_bytes=2**30, cpu_load=1.5, device_bytes=None)
    looked = RunState("batch", Outcome.RUNNING, environment=environment, device=sample, updated_at=1.0)
    began = RunState("group", Outcome.RUNNING, environment=environment, updated_at=2.0)
    assert machine_words(SuiteState(SUITE, (looked, began))) == "cpu · 1.5 cores · 1,024 MiB"
    ended = replace(looked, outcome=Outcome.FINISHED)
    assert machine_words(SuiteState(SUITE, (ended, began))) == "cpu"
    assert machine_words(SuiteState(SUITE, (ended, RunState("group")))) == "cpu"
    assert machine_words(SuiteState(SUITE, (RunState("batch"), RunState("group")))) == ""
