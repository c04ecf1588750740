from dataclasses import replace

import pytest

from core.config.grid import Grid
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import MOST_AT_ONCE, SuiteConfig
from core.runs.concurrency import in_turn_words, runs_at_once

_RUN = RunConfig(norm=Norm.BATCH)


def suite(*norms: Norm, seeds: int = 1, presets: tuple[Preset, ...] = ()) -> SuiteConfig:
    return SuiteConfig(Grid(_RUN, norms, presets, tuple(range(seeds))).runs(), "cifar-tui")


@pytest.mark.parametrize(
    ("wanted", "device", "at_once"),
    [
        (None, "cpu", 3),
        (None, "mps", 1),
        (None, "cuda", 3),
        (2, "cpu", 2),
        (2, "cuda", 2),
        (16, "cpu", 3),
        (3, "mps", 1),
    ],
)
def test_what_is_wanted_counts_and_auto_is_by_device(wanted: int | None, device: str, at_once: int) -> None:
    assert runs_at_once(replace(suite(*Norm), parallel=wanted), device, threads=8) == at_once


@pytest.mark.parametrize(
    ("runs", "at_once"),
    [
        (suite(Norm.BATCH, Norm.GROUP), 2),
        (suite(*Norm, seeds=8), 3),
        (suite(*Norm, presets=tuple(Preset)), 3),
        (suite(Norm.BATCH, seeds=8), 1),
        (suite(Norm.BATCH, presets=tuple(Preset)), 1),
    ],
    ids=["two norms", "a study", "several presets", "seeds of one norm", "presets of one norm"],
)
def test_on_a_processor_the_norms_race_and_one_norms_runs_take_turns(runs: SuiteConfig, at_once: int) -> None:
    assert runs_at_once(runs, "cpu", threads=2) == at_once


def test_on_a_single_thread_runs_take_turns_unless_asked_not_to() -> None:
    assert runs_at_once(suite(*Norm), "cpu", threads=1) == 1
    assert runs_at_once(replace(suite(*Norm), parallel=3), "cpu", threads=1) == 3


def test_of_a_large_study_no_more_train_at_once_than_can_be_asked_for() -> None:
    assert runs_at_once(suite(*Norm, seeds=8), "cuda", threads=1) == MOST_AT_ONCE == 16


@pytest.mark.parametrize(("wanted", "at_once"), [(None, 16), (1, 2), (3, 6), (16, 16)])
def test_on_several_gpus_what_is_wanted_is_wanted_on_each(wanted: int | None, at_once: int) -> None:
    study = replace(suite(*Norm, seeds=8), parallel=wanted)
    assert runs_at_once(study, "cuda", threads=8, devices=2) == at_once
    assert runs_at_once(replace(suite(Norm.BATCH), parallel=wanted), "cuda", threads=8, devices=2) == 1


def test_who_asks_for_several_at_once_on_an_apple_gpu_is_told_that_they_take_turns() -> None:
    wanted = replace(suite(*Norm), parallel=3)
    assert in_turn_words(wanted, "mps") == (
        "--parallel 3: on an Apple GPU runs train one at a time, as they would share its random numbers"
    )
    silent = [(wanted, "cuda"), (wanted, "cpu"), (suite(*Norm), "mps"), (replace(wanted, parallel=1), "mps")]
    alone = replace(suite(Norm.BATCH), parallel=3)
    assert [in_turn_words(*asked) for asked in (*silent, (alone, "mps"))] == [None] * 5


def test_runs_on_the_plain_path_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_TUI_PLAIN", "1")
    assert runs_at_once(replace(suite(*Norm), parallel=3), "cuda", threads=8) == 1
