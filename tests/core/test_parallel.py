import pytest

from core.parallel import runs_at_once


@pytest.mark.parametrize(
    ("wanted", "device", "at_once"),
    [(None, "cpu", 1), (None, "mps", 1), (None, "cuda", 3), (2, "cpu", 2), (2, "cuda", 2), (16, "cpu", 3)],
)
def test_what_is_wanted_counts_and_auto_is_by_device(wanted: int | None, device: str, at_once: int) -> None:
    assert runs_at_once(wanted, 3, device) == at_once
