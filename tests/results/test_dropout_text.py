import pytest

from core.config.dropout import used_dropout
from core.results.dropout_text import dropout_text


@pytest.mark.parametrize(
    ("rate", "device", "text"),
    [
        (0.05, "cpu", "0.05078 (13/256, the nearest to 0.05)"),
        (0.05, "cuda", "0.05"),
        (0.05, None, "0.05 (13/256 on a processor)"),
        (0.25, "cpu", "0.25"),
        (0.25, None, "0.25"),
        (0.0, "cpu", "none"),
    ],
)
def test_the_rate_is_the_one_that_is_used(rate: float, device: str | None, text: str) -> None:
    assert dropout_text(rate, device) == text


def test_a_processor_drops_in_steps_of_a_byte() -> None:
    assert used_dropout(0.05, "cpu") == 13 / 256
    assert used_dropout(0.05, "mps") == 0.05
