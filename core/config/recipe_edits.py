"""What people change of the recipe that a preset gives; what they leave is the preset's."""

from dataclasses import dataclass, fields, replace
from functools import cache
from math import gcd
from typing import Any, Final

from core.config.network_plan import planned_layers
from core.config.planned_layer import Operation
from core.config.presets import RECIPES, LayerNormKind, Norm, Optimizer, Recipe, Schedule
from core.config.settings import (
    Number,
    OneOf,
    PositiveNumber,
    Setting,
    Switch,
    WholeNumber,
    setting_field,
)
from core.errors import InputError

_MOST_MOMENTUM: Final = 0.999
_WITHOUT_DROPOUT: Final = " and ".join(
    preset for preset, recipe in RECIPES.items() if recipe.skeleton is not None
)


def _part(name: str, metavar: str, text: str, kind: Any) -> Any:  # noqa: ANN401 - as `setting_field` has it
    """Return a field that is the preset's until it is edited: a setting without a flag of its own."""
    return setting_field(name, metavar, text, kind, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeEdits:
    """Parts of a recipe, by their names there, that are to be other than the preset's; None is the preset's.

    The peak learning rate and the schedule are settings of their own, beside these.

    Raises:
        InputError: a value is out of its range; the message says what would be right.
    """

    optimizer: Optimizer | None = _part(
        "optimizer", "NAME", "SGD for all weights, or Muon for hidden convolutions", OneOf(Optimizer)
    )
    momentum: float | None = _part(
        "momentum", "SHARE", "of the optimizer; with Muon, of hidden convolutions", Number(0, _MOST_MOMENTUM)
    )
    nesterov: Switch | None = _part("nesterov", "on|off", "Nesterov's momentum in SGD", OneOf(Switch))
    weight_decay: float | None = _part(
        "weight_decay", "RATE", "of all weights; with Muon, of those it leaves to SGD", Number(0, 1)
    )
    auxiliary_learning_rate: float | None = _part(
        "auxiliary_learning_rate", "RATE", "peak rate of what Muon leaves to SGD", PositiveNumber(100)
    )
    auxiliary_momentum: float | None = _part(
        "auxiliary_momentum", "SHARE", "momentum of what Muon leaves to SGD", Number(0, _MOST_MOMENTUM)
    )
    fixed_weight_norm: Switch | None = _part(
        "fixed_weight_norm", "on|off", "Muon's weights keep one norm", OneOf(Switch)
    )
    warmup: float | None = _part("warmup", "SHARE", "of a linear schedule's steps", Number(0, 0.9))
    dropout: float | None = _part("dropout", "SHARE", "of activations that are dropped", Number(0, 0.9))
    crop_padding: int | None = _part(
        "crop_padding", "PIXELS", "by which random crops are moved, at most", WholeNumber(0, 16)
    )
    flip: Switch | None = _part("flip", "on|off", "mirror training images at even odds", OneOf(Switch))
    layer_norm: LayerNormKind | None = _part(
        "layer_norm",
        "KIND",
        "a layer norm's weights: for each activation, or channel; or of each pixel by itself",
        OneOf(LayerNormKind),
    )
    groups: int | None = _part("groups", "N", "groups of channels of a group norm", WholeNumber(1, 64))

    def __post_init__(self) -> None:
        for name, setting in recipe_settings().items():
            setting.check(getattr(self, name))

    def given(self) -> dict[str, Any]:
        """Return what is edited, by name."""
        values = {name: getattr(self, name) for name in recipe_settings()}
        return {name: value for name, value in values.items() if value is not None}

    def applied(self, recipe: Recipe, *, own_network: bool = False) -> Recipe:
        """Return `recipe` with these edits, whose optimizer is the edits' own already.

        With `own_network` it is for a network of the user's, of which nothing is known here.

        Raises:
            InputError: an edit means nothing there; the message says where it would.
        """
        self._check(recipe, own_network=own_network)
        values: dict[str, Any] = {name: _own(value) for name, value in self.given().items()}
        return replace(recipe, **values)

    def _check(self, recipe: Recipe, *, own_network: bool) -> None:
        if self.dropout and own_network:
            raise InputError(f"dropout {self.dropout}: must be 0 with --model, whose network drops by itself")
        if self.dropout and recipe.skeleton is not None:
            raise InputError(f"dropout {self.dropout}: must be 0 in {_WITHOUT_DROPOUT}, which have none")
        if self.warmup is not None and recipe.schedule is not Schedule.LINEAR:
            raise InputError(f"warmup {self.warmup}: must go with the schedule linear, not {recipe.schedule}")
        if recipe.optimizer is not Optimizer.MUON:
            for name in ("auxiliary_learning_rate", "auxiliary_momentum", "fixed_weight_norm"):
                if (value := getattr(self, name)) not in {None, Switch.OFF}:
                    raise InputError(f"{name} {value}: must go with the optimizer muon")
        if self.groups is not None and not own_network and (most := _most_groups(recipe)) % self.groups:
            counts = ", ".join(str(count) for count in range(1, most + 1) if most % count == 0)
            raise InputError(f"groups {self.groups}: must divide every layer's channels: one of {counts}")


@cache
def recipe_settings() -> dict[str, Setting]:
    """Return every part of a recipe people can edit, by its name in `Recipe`."""
    return {field.name: field.metadata["setting"] for field in fields(RecipeEdits)}


UNEDITED: Final = RecipeEdits()


def with_optimizer(recipe: Recipe, optimizer: Optimizer | None) -> Recipe:
    """Return `recipe` with another optimizer; None is its own.

    A rate of Muon's would be none for SGD: what either trains by SGD keeps its rate and its momentum, and
    these become Muon's, too, where it has none of its own yet.
    """
    match optimizer:
        case Optimizer.SGD if recipe.optimizer is Optimizer.MUON:
            return replace(
                recipe,
                optimizer=optimizer,
                learning_rate=recipe.auxiliary_learning_rate,
                momentum=recipe.auxiliary_momentum,
                auxiliary_learning_rate=0.0,
                auxiliary_momentum=0.0,
                fixed_weight_norm=False,
            )
        case Optimizer.MUON if recipe.optimizer is Optimizer.SGD:
            return replace(
                recipe,
                optimizer=optimizer,
                auxiliary_learning_rate=recipe.learning_rate,
                auxiliary_momentum=recipe.momentum,
            )
        case _:
            return recipe


def _own(value: object) -> object:
    """Return a value as a recipe has it."""
    return value is Switch.ON if isinstance(value, Switch) else value


@cache
def _most_groups(recipe: Recipe) -> int:
    layers = planned_layers(Norm.GROUP, recipe)
    return gcd(*(layer.outputs for layer in layers if layer.operation is Operation.GROUP_NORM))
