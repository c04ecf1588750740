import pytest

from core.config.run_config import MOST_AT_ONCE
from core.runs.concurrency import runs_at_once


@pytest.mark.parametrize(
    ("wanted", "device", "at_once"),
    [(None, "cpu", 1), (None, "mps", 1), (None, "cuda", 3), (2, "cpu", 2), (2, "cuda", 2), (16, "cpu", 3)],
)
def test_what_is_wanted_counts_and_auto_is_by_device(wanted: int | None, device: str, at_once: int) -> None:
    assert runs_at_once(wanted, 3, device) == at_once


def test_of_a_large_study_no_more_train_at_once_than_can_be_asked_for() -> None:
    assert runs_at_once(None, 24, "cuda") == MOST_AT_ONCE == 16


def test_runs_on_the_plain_path_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_TUI_PLAIN", "1")
    assert runs_at_once(3, 3, "cuda") == 1
