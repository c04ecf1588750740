"""What the command line's flags ask for, as configs; what stands in them is checked, no file is opened."""

import argparse
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from core.config.grid import NORMS, Grid, Sweep, parse_seeds, parse_sweep
from core.config.recipe_text import parse_edit
from core.config.run_config import settings
from core.config.suite_config import suite_settings
from core.errors import InputError
from tui.frame.options import GoOn


def run_grid(options: argparse.Namespace, recipe: Mapping[str, Any] | None = None) -> Grid:
    """Return the runs that the flags of `train_parser` ask for; they outweigh `recipe`, which a file had.

    Raises:
        InputError: a value is none that its flag takes, or two flags contradict each other.
    """
    given = {name: text for name in settings() if (text := getattr(options, name)) is not None}
    edits = _edits(options.edits, given)
    sweeps = tuple(map(parse_sweep, options.sweep))
    for sweep in sweeps:
        _refuse_both(sweep, given)
        if sweep.field in edits:
            raise InputError(f"--set {sweep.field}={edits[sweep.field]} --sweep {sweep}: give one of the two")
    presets = settings()["preset"].parse_several(given.pop("preset")) if "preset" in given else ()
    values = {name: settings()[name].parse(text) for name, text in given.items()}
    if options.demo:
        if values.get("data", "demo") != "demo":
            raise InputError(f"--demo --data {values['data']}: give one of the two")
        values["data"] = "demo"
    seeds = () if options.seeds is None else parse_seeds(options.seeds, values.get("seed"))
    values = {**(recipe or {}), **edits, **values}
    return Grid.of(values, NORMS.parse_several(options.norm), presets, seeds, sweeps)


def _edits(texts: Sequence[str], given: Mapping[str, str]) -> dict[str, Any]:
    """Read what `--set` gives; each part once, and none that has been `given` by its own flag."""
    edits: dict[str, Any] = {}
    for text in texts:
        name, value = parse_edit(text)
        if name in edits:
            raise InputError(f"--set {name}={edits[name]} --set {text}: give one of the two")
        if name in given:
            raise InputError(f"{settings()[name].flag} {given[name]} --set {text}: give one of the two")
        edits[name] = value
    return edits


def in_full(arguments: Sequence[str], options: argparse.Namespace, recipe: Mapping[str, Any]) -> list[str]:
    """Return `arguments` with what `recipe`, a file, had in its place: the file may change."""
    told = [argument for argument in arguments if not argument.startswith("--recipe=")]
    while "--recipe" in told:
        at = told.index("--recipe")
        del told[at : at + 2]
    given = {name for name in settings() if getattr(options, name) is not None}
    given |= {parse_edit(text)[0] for text in options.edits}
    given |= {parse_sweep(text).field for text in options.sweep}
    left = ((name, value) for name, value in recipe.items() if name not in given)
    return [*told, *chain.from_iterable(("--set", f"{name}={value}") for name, value in left)]


def _refuse_both(sweep: Sweep, given: Mapping[str, str]) -> None:
    if sweep.field in given:
        flag = f"{settings()[sweep.field].flag} {given[sweep.field]}"
        raise InputError(f"{flag} --sweep {sweep}: give one of the two")


def suite_values(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings of the suite that the flags of `train_parser` give, by name.

    Raises:
        InputError: a value is none that its flag takes.
    """
    given = {name: getattr(options, name) for name in suite_settings()}
    return {name: suite_settings()[name].parse(text) for name, text in given.items() if text is not None}


def wanted_of(options: argparse.Namespace) -> GoOn:
    """Return what the flags of `resume_parser` want of a suite.

    Raises:
        InputError: a value is none that its flag takes, or two flags contradict each other.
    """
    if options.epochs is None:
        return GoOn(tuple(options.runs), options.fresh)
    if options.fresh:
        raise InputError(f"--fresh --epochs {options.epochs}: give one of the two")
    return GoOn(tuple(options.runs), epochs=settings()["epochs"].parse(options.epochs))
