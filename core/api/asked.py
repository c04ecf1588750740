"""What the keywords of a call ask for, as configs: the same settings as the command line's flags."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from os import PathLike
from typing import Any

from core.config.grid import NORMS, Grid, Sweep, parse_seeds, sweepable
from core.config.run_config import all_settings, settings
from core.config.settings import Setting, SomeOf
from core.config.suite_config import SuiteConfig, suite_settings
from core.errors import InputError


def asked_suite(norm: object, seeds: object, values: Mapping[str, object]) -> SuiteConfig:
    """Return the suite that trains what is asked for; `values` are its settings and its runs' by field.

    Of a run's setting, a list of values is every one of them in turn.

    Raises:
        InputError: there is no such setting, or a value is none that it takes; it says what would be right.
    """
    known = all_settings() | suite_settings()
    for name in values:
        if name not in known:
            raise _unknown(name, ["norm", "seeds", *known])
    given = {name: value for name, value in values.items() if value is not None}
    of_suite = {
        name: _parsed(setting, name, given.pop(name))
        for name, setting in suite_settings().items()
        if name in given
    }
    presets = _several(settings()["preset"], "preset", given.pop("preset")) if "preset" in given else ()
    sweeps = []
    single: dict[str, Any] = {}
    for name, value in given.items():
        if name in sweepable() and isinstance(value, list | tuple):
            sweeps.append(Sweep(name, _several(known[name], name, value)))
        else:
            single[name] = _parsed(known[name], name, value)
    first = single.pop("seed", None) if seeds is not None else None
    grid = Grid.of(
        single,
        _several(NORMS, "norm", norm),
        presets,
        () if seeds is None else parse_seeds(_text(seeds), first),
        tuple(sweeps),
    )
    return SuiteConfig(grid.runs(), grid.command_line(of_suite), **of_suite)


def _several(setting: Setting, name: str, value: object) -> tuple[Any, ...]:
    return setting.parse_several(_text(value), f"{name}={value!r}")


def _parsed(setting: Setting, name: str, value: object) -> Any:  # noqa: ANN401 - each setting has its own type
    given = f"{name}={value!r}"
    if isinstance(value, list | tuple) and not isinstance(setting.kind, SomeOf):
        raise InputError(f"{given}: must be {setting.kind.wanted}")
    return setting.parse(_text(value), given)


def _text(value: object) -> str:
    """Write a value as a person would type it on the command line."""
    match value:
        case bool():
            return "on" if value else "off"
        case str() | PathLike():
            return str(value)
        case Sequence():
            return ",".join(map(_text, value))
    return str(value)


def _unknown(name: str, known: Sequence[str]) -> InputError:
    near = get_close_matches(name, known, n=1)
    right = f"did you mean {near[0]}?" if near else f"must be one of {', '.join(known)}"
    return InputError(f"{name}: there is no such setting; {right}")
