"""What the start screen's user has chosen so far; every change gives a new choice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any, Final, Self

from core.config.grid import Grid, Sweep, parse_seeds, sweepable
from core.config.image_options import SIDE_STEP, ImageOptions
from core.config.own_model import ModelSource
from core.config.presets import RECIPES, Norm, Preset, Recipe
from core.config.recipe_edits import recipe_settings
from core.config.run_config import RunConfig, all_settings
from core.config.suite_config import SuiteConfig
from core.errors import InputError
from tui.start.fields import PLACES, SETTINGS, field_of, in_form

FIRST_SEED: Final = RunConfig(norm=Norm.BATCH).seed


@dataclass(frozen=True)
class Choice:
    """Norms to train, the one highlighted, presets, and a text for each setting of the form.

    A text may be wrong while it is typed; an empty one stands for the setting's default, and one with commas
    for several values, each to be trained with. `given` are the presets that were there at first, `others`
    what the command line gave of the suite that the form does not have, by name. What is edited of a recipe
    is edited of every preset's.
    """

    norms: frozenset[Norm]
    highlighted: Norm
    presets: tuple[Preset, ...]
    given: tuple[Preset, ...]
    texts: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(
        cls, grid: Grid, suite: Mapping[str, Any] | None = None, places: Mapping[str, str] | None = None
    ) -> Self:
        """Begin with what the command line gave of the runs and, by name, of the suite and of `PLACES`."""
        others = dict(suite or {})
        parallel = others.pop("parallel", None)
        texts = {name: _text(grid.values(name)) for name in SETTINGS if name in all_settings()}
        texts |= grid.seed_texts | {"parallel": _text((parallel,))}
        texts |= dict.fromkeys(PLACES, "") | dict(places or {"runs_dir": "runs"})
        if texts["seed"] == str(FIRST_SEED):
            texts["seed"] = ""
        ordered = tuple((name, texts[name]) for name in SETTINGS)
        chosen = frozenset(grid.norms)
        return cls(chosen, grid.norms[0], grid.presets, grid.presets, ordered, tuple(others.items()))

    @property
    def preset(self) -> Preset:
        """The preset that is shown, of several the first."""
        return self.presets[0]

    def text(self, field: str) -> str:
        """Return what stands in `field`."""
        return self._text_of[field]

    @cached_property
    def _text_of(self) -> dict[str, str]:
        return dict(self.texts)

    def with_text(self, field: str, text: str) -> Self:
        """Return the choice with another text in `field`."""
        return self.with_texts({field: text})

    def with_texts(self, texts: Mapping[str, str]) -> Self:
        """Return the choice with other texts in the fields of `texts`."""
        return replace(self, texts=tuple((name, texts.get(name, old)) for name, old in self.texts))

    def toggled(self, norm: Norm) -> Self:
        """Return the choice with `norm` chosen, or left out, and highlighted."""
        return replace(self, norms=self.norms ^ {norm}, highlighted=norm)

    def all_toggled(self) -> Self:
        """Return the choice with every norm, or with none where all were chosen."""
        every = frozenset(Norm)
        return replace(self, norms=frozenset() if self.norms == every else every)

    def moved(self, by: int) -> Self:
        """Return the choice with the highlight `by` norms further down, round the end."""
        every = tuple(Norm)
        return replace(self, highlighted=every[(every.index(self.highlighted) + by) % len(every)])

    def next_preset(self) -> Self:
        """Return the choice with the next preset; behind the last come those given, if several."""
        every = [*((preset,) for preset in Preset), *[self.given] * (len(self.given) > 1)]
        return replace(self, presets=every[(every.index(self.presets) + 1) % len(every)])

    @cached_property
    def mistakes(self) -> dict[str, str]:
        """What is wrong, by field, in the form's words."""
        found: dict[str, str] = {}
        for field in SETTINGS:
            try:
                self.values(field)
            except InputError as error:
                if (words := in_form(str(error))) not in found.values():  # a wrong seed is told once
                    found[field] = words
        if not found:
            try:
                self._grid(tuple(self.norms) or tuple(Norm))
            except InputError as error:  # a preset's recipe does not take an edit, or there are too many runs
                found[field_of(str(error)) or "seeds"] = in_form(str(error))
        return found

    def grid(self) -> Grid:
        """Return what to train, in the order of the norms.

        Raises:
            InputError: no norm is chosen, or a field is wrong.
        """
        if not self.norms:
            raise InputError("choose a norm first: b, l or g, or a for all")
        return self._grid(tuple(norm for norm in Norm if norm in self.norms))

    def _grid(self, norms: tuple[Norm, ...]) -> Grid:
        values = {field: self.values(field) for field in SETTINGS if field in all_settings()}
        seeds = self.values("seeds")
        sweeps = tuple(Sweep(field, several) for field, several in values.items() if len(several) > 1)
        first = {field: several[0] for field, several in values.items()}
        base = RunConfig(norm=norms[0], preset=self.preset).having(first)
        return Grid(base, norms, self.presets, seeds, sweeps)

    def config(self) -> RunConfig:
        """Return the config of the highlighted variant, with the first of each setting's values.

        Raises:
            InputError: a field is wrong.
        """
        return self._grid((self.highlighted,)).base

    @property
    def image_options(self) -> ImageOptions:
        """How the images are read, as far as that is chosen: as usual where a field is wrong."""
        try:
            return self.config().image_options
        except InputError:
            return ImageOptions()

    @property
    def network(self) -> str | None:
        """Whose network it is, where it is a user's; None where it is the preset's, or the field is wrong."""
        try:
            (model,) = self.values("model")
        except InputError:
            return None
        return None if model is None else ModelSource.of(model).name

    @property
    def sides(self) -> tuple[int, ...]:
        """How many pixels images have each way; CIFAR-10's own where the field is wrong."""
        try:
            return self.values("image_size")
        except InputError:
            return (SIDE_STEP,)

    @property
    def recipe(self) -> Recipe:
        """The recipe as far as it is chosen: the preset's where a field is wrong."""
        return self.recipes[0]

    @cached_property
    def recipes(self) -> tuple[Recipe, ...]:
        """The same of each preset, with each of the values of what is edited."""
        if self.mistakes:
            return tuple(RECIPES[preset] for preset in self.presets)
        base, names = self.config(), ("preset", *self.edited)
        every = product(self.presets, *map(self.values, self.edited))
        return tuple(base.having(dict(zip(names, values, strict=True))).recipe for values in every)

    @property
    def edited(self) -> tuple[str, ...]:
        """The parts of the recipe that are edited, by name."""
        return tuple(name for name in recipe_settings() if self.text(name).strip())

    def with_the_presets_recipe(self) -> Self:
        """Return the choice with nothing of the recipe edited."""
        return self.with_texts(dict.fromkeys(recipe_settings(), ""))

    def suite(self) -> SuiteConfig:
        """Return what to train.

        Raises:
            InputError: no norm is chosen, or a field is wrong.
        """
        grid = self.grid()
        (parallel,) = self.values("parallel")
        suite = {"parallel": parallel, **dict(self.others)}
        return SuiteConfig(grid.runs(), grid.command_line(suite), **suite)

    def values(self, field: str) -> tuple[Any, ...]:
        """Return the values in `field`: one, but in those of the seeds and of settings that can be swept.

        Raises:
            InputError: they are none that the setting takes.
        """
        setting, text = SETTINGS[field], self.text(field).strip()
        if field == "seeds":
            (first,) = self.values("seed")
            return parse_seeds(text, first if self.text("seed").strip() else None) if text else (first,)
        if text:
            return setting.parse_several(text) if field in sweepable() else (setting.parse(text),)
        if field == "seed":
            return (FIRST_SEED,)
        if setting.optional:
            return (None,)
        raise InputError(f"{setting.flag}: must be {setting.kind.wanted}")


def _text(values: tuple[Any, ...]) -> str:
    return ",".join(str(value) for value in values if value is not None)
