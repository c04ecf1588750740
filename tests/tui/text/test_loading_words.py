import pytest

from core.runs.events import DataProgressed, Unit
from core.runs.loading import Loading
from tui.text.loading_words import amount_words, pace_words


def download(done: int, total: int = 170_498_071, seconds: float = 10.0, began_at: int = 0) -> Loading:
    event = DataProgressed(what="downloading x from y", done=done, total=total, unit=Unit.BYTES)
    return Loading(event, ((100.0, began_at), (100.0 + seconds, done)))


@pytest.mark.parametrize(
    ("loading", "words"),
    [
        (download(61_500_000, began_at=60_770_000), "61 of 170 MB, 73 kB/s, 25 min left"),
        (download(150_000_000), "150 of 170 MB, 15.0 MB/s, 1 s left"),
        (download(500_000), "0 of 170 MB, 50 kB/s, 57 min left"),
        (download(1_000_000, seconds=1000.0), "1 of 170 MB, 1 kB/s, 47 h left"),
        (download(3_000_000, total=0), "3 MB, 300 kB/s"),
        (download(3_000_000, began_at=3_000_000), "3 of 170 MB, nothing comes"),
        (download(3_000_000, seconds=0.5), "3 of 170 MB"),
    ],
)
def test_a_download_says_how_far_how_fast_and_how_long(loading: Loading, words: str) -> None:
    assert ", ".join(filter(None, (amount_words(loading), pace_words(loading)))) == words


def test_images_are_counted() -> None:
    event = DataProgressed(what="decoding images", done=12_250, total=60_000)
    loading = Loading(event, ((100.0, 0), (110.0, 12_250)))
    assert (amount_words(loading), pace_words(loading)) == ("12,250 of 60,000", "")
