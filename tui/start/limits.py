"""The assignment's limits as badges, judged before anything is trained."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.config.network_shape import CIFAR10_SHAPE, NetworkShape
from core.config.presets import LIMITS, PUBLISHED, Norm, Preset
from core.errors import InputError
from core.results.planned_model import planned_summary
from tui.start.choice import Choice


@dataclass(frozen=True, slots=True)
class Badge:
    """A limit and whether the choice keeps it; None where only training can show it."""

    kept: bool | None
    words: str


def badges(
    choice: Choice, classes: int = CIFAR10_SHAPE.classes, *, cifar10: bool = True
) -> tuple[Badge, ...]:
    """Judge everything that is chosen by each limit: it keeps one where every network does.

    The networks tell so many `classes` apart. Of images that are known not to be CIFAR-10's, one badge says
    that nothing is judged.
    """
    if not cifar10:
        return (Badge(None, "limits: for CIFAR-10 alone"),)
    norms = tuple(choice.norms) or (choice.highlighted,)
    return (
        _parameters([most_parameters(choice, norm, classes) for norm in norms]),
        _epochs(choice),
        _accuracy(choice, norms),
    )


def most_parameters(choice: Choice, norm: Norm, classes: int = CIFAR10_SHAPE.classes) -> int | None:
    """Return how many trainable parameters the network has with `norm`, in the largest of the presets.

    None of a network of the user's own, which is built when it trains.
    """
    if choice.network is not None:
        return None
    networks = {(recipe.skeleton, recipe.layer_norm): recipe for recipe in choice.recipes}
    largest = NetworkShape(classes, max(choice.sides))
    return max(planned_summary(norm, recipe, largest).trainable_parameters for recipe in networks.values())


def _parameters(counts: Sequence[int | None]) -> Badge:
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return Badge(None, f"{LIMITS.parameters:,} parameters: once built")
    parameters = max(known)
    kept = parameters < LIMITS.parameters
    return Badge(kept, f"{parameters:,} parameters {'<' if kept else '≥'} {LIMITS.parameters:,}")


def _epochs(choice: Choice) -> Badge:
    try:
        epochs = max(choice.values("epochs"))
    except InputError:
        return Badge(None, f"at most {LIMITS.epochs} epochs")
    return Badge(epochs <= LIMITS.epochs, f"{epochs} epoch{'s' * (epochs != 1)}, at most {LIMITS.epochs}")


def _accuracy(choice: Choice, norms: Sequence[Norm]) -> Badge:
    if choice.text("data").strip() == "demo":
        return Badge(None, f"{LIMITS.accuracy:.0%} accuracy: not for demo")
    if choice.presets != (Preset.REFERENCE,) or choice.edited or choice.network is not None:
        return Badge(None, f"{LIMITS.accuracy:.0%} accuracy: after training")
    published = min(map(PUBLISHED.accuracy, norms))
    return Badge(published >= LIMITS.accuracy, f"{LIMITS.accuracy:.0%} accuracy: published {published:.2%}")
