from core.runs.events import DataProgressed, Unit
from core.runs.loading import Loading


def download(
    *reports: tuple[float, int], what: str = "downloading", earlier: Loading | None = None
) -> Loading:
    loading = earlier
    for time, done in reports:
        event = DataProgressed(what=what, done=done, total=1_000, unit=Unit.BYTES)
        loading = Loading.after(loading, event, time)
    assert loading is not None
    return loading


def test_a_rate_is_of_the_last_seconds() -> None:
    loading = download(
        *((time, 10 * time) for time in range(50)), *((50 + time, 490 + time) for time in range(60))
    )
    assert loading.rate == 1.0
    assert loading.seconds_left == 1_000 - 549


def test_what_an_earlier_download_left_counts_for_no_rate() -> None:
    assert download((100.0, 400), (102.0, 500)).rate == 50.0
    assert download((100.0, 400), (102.0, 500)).seconds_left == 10.0


def test_nothing_is_said_of_a_first_moment() -> None:
    loading = download((100.0, 0), (100.5, 100))
    assert (loading.rate, loading.seconds_left) == (None, None)


def test_where_nothing_comes_no_time_is_left_to_be_told() -> None:
    loading = download((100.0, 10), (105.0, 10))
    assert (loading.rate, loading.seconds_left) == (0.0, None)


def test_another_stage_begins_anew_and_so_does_one_that_fell_back() -> None:
    first = download((100.0, 0), (110.0, 900))
    assert download((111.0, 900), what="unpacking", earlier=first).rate is None
    assert download((111.0, 0), earlier=first).rate is None


def test_a_long_download_keeps_few_samples() -> None:
    loading = download(*((number / 10, number) for number in range(1_000)))
    assert len(loading.samples) < 60
    assert loading.rate is not None
    assert abs(loading.rate - 10) < 1e-9
