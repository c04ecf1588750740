import pytest

from tests.faults.soak import Sample, figures

_MIB = 2**20


def _samples(minutes: int, resident: dict[int, int], files: dict[int, int]) -> list[Sample]:
    """Return two samples a minute, with what a minute has of its own; else 100 MiB and 9 files."""
    return [
        Sample(half / 2 + 0.25, resident.get(half // 2, 100) * _MIB, files.get(half // 2, 9))
        for half in range(2 * minutes)
    ]


@pytest.mark.parametrize(("minutes", "early"), [(30, 4), (4, 1)])
def test_the_last_minute_is_compared_with_the_fifth_or_one_in_the_first_half(
    minutes: int, early: int
) -> None:
    samples = _samples(minutes, {early: 50, minutes - 1: 60}, {early: 7, minutes - 1: 8})
    found = figures(samples, minutes)
    assert found["resident_ratio"] == 1.2
    assert found["resident_mib"] == {"early": 50.0, "last": 60.0}
    assert found["open_files"] == {"early": 7, "last": 8}
    assert found["resident_mib_by_half_minutes"] == [sample.resident / _MIB for sample in samples]
