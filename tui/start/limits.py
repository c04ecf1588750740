"""The assignment's limits as badges, judged before anything is trained."""

from dataclasses import dataclass

from core.config.presets import LIMITS, PUBLISHED, Preset
from core.errors import InputError
from tui.start.choice import Choice


@dataclass(frozen=True, slots=True)
class Badge:
    """A limit and whether the choice keeps it; None where only training can show it."""

    kept: bool | None
    words: str


def badges(choice: Choice, parameters: int) -> tuple[Badge, ...]:
    """Judge the highlighted variant, of `parameters` trainable parameters, by each limit."""
    return (
        _parameters(parameters),
        _epochs(choice),
        _accuracy(choice),
    )


def _parameters(parameters: int) -> Badge:
    kept = parameters < LIMITS.parameters
    return Badge(kept, f"{parameters:,} parameters {'<' if kept else '≥'} {LIMITS.parameters:,}")


def _epochs(choice: Choice) -> Badge:
    try:
        epochs = max(choice.values("epochs"))
    except InputError:
        return Badge(None, f"at most {LIMITS.epochs} epochs")
    return Badge(epochs <= LIMITS.epochs, f"{epochs} epoch{'s' * (epochs != 1)}, at most {LIMITS.epochs}")


def _accuracy(choice: Choice) -> Badge:
    if choice.text("data").strip() == "demo":
        return Badge(None, f"{LIMITS.accuracy:.0%} accuracy: not for demo")
    if choice.preset is not Preset.REFERENCE:
        return Badge(None, f"{LIMITS.accuracy:.0%} accuracy: known after training")
    published = PUBLISHED.accuracy(choice.highlighted)
    return Badge(published >= LIMITS.accuracy, f"{LIMITS.accuracy:.0%} accuracy: published {published:.2%}")
