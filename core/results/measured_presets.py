"""What each preset reached in the committed results, for whoever has not trained it yet.

`measured_presets.json` beside this holds it: `python -m tests.documents.measured_presets` makes it of the
reports in assets/results, which are no part of an installed package, and a test compares the two.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from core.config.image_options import ImageOptions
from core.config.run_config import RunConfig

FILE: Final = "measured_presets.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """Mean test accuracy of a preset with a norm, as a fraction, and what the test images leave open of it.

    `low` and `high` are the ends of the 95% interval; `data` names the images, such as "CIFAR-10 (JPEG)".
    """

    accuracy: float
    low: float
    high: float
    data: str

    def __str__(self) -> str:
        """Write it in a few words: 80.3±0.8% CIFAR-10 (JPEG)."""
        return f"{100 * self.accuracy:.1f}±{50 * (self.high - self.low):.1f}% {self.data}"


def measured(config: RunConfig) -> Measured | None:
    """Return what was measured of what `config` trains on CIFAR-10; None where it trains otherwise.

    The seed, the device and what is kept are as they may be: they leave the figures what they are.
    """
    found = _read().get(config.preset)
    if found is None or config.model or config.edited or config.limit_train or config.limit_test:
        return None
    if config.image_options != ImageOptions():
        return None
    if (config.epochs, config.batch_size) != (found["epochs"], found["batch_size"]):
        return None
    own = found["norms"][config.norm]
    return Measured(own["accuracy"], own["low"], own["high"], found["data"])


@cache
def _read() -> dict[str, Any]:
    text = files("core.results").joinpath(FILE).read_text(encoding="utf-8")
    return dict(json.loads(text))
