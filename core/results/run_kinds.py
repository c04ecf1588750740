"""Which runs differ in nothing but their seed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.config.presets import Recipe
from core.config.run_config import RunConfig
from core.runs.run_state import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKind:
    """What runs share that differ in nothing but their seed.

    `config` has seed 0; `recipe` tells apart what programs of several versions made of one preset, and
    `fingerprint` what images were read. Of a run without a known configuration there is its `name` alone, and
    how many before it have the same.
    """

    config: RunConfig | None = None
    recipe: Recipe | None = None
    fingerprint: str = ""
    name: str = ""
    number: int = 0


def kinds_of(states: Sequence[RunState]) -> tuple[RunKind, ...]:
    """Return the kind of every run, in the order given.

    A run that has not begun is taken to get the recipe and the images of the first like it that has.
    """
    recipes: dict[RunConfig, Recipe] = {}
    images: dict[tuple[RunConfig, Recipe], str] = {}
    for state in states:
        if state.started:
            config = replace(state.started.config, seed=0)
            recipes.setdefault(config, state.started.recipe)
            if state.data:
                images.setdefault((config, state.started.recipe), state.data.fingerprint)
    names = Counter[str]()
    kinds = []
    for state in states:
        if state.config is None:
            kinds.append(RunKind(name=state.name, number=names[state.name]))
            names[state.name] += 1
        else:
            kinds.append(_kind(state, replace(state.config, seed=0), recipes, images))
    return tuple(kinds)


def _kind(
    state: RunState,
    config: RunConfig,
    recipes: Mapping[RunConfig, Recipe],
    images: Mapping[tuple[RunConfig, Recipe], str],
) -> RunKind:
    recipe = state.started.recipe if state.started else recipes.get(config, config.recipe)
    fingerprint = state.data.fingerprint if state.data else images.get((config, recipe), "")
    return RunKind(config=config, recipe=recipe, fingerprint=fingerprint)
