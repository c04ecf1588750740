"""What the list is narrowed to: plain words, and conditions such as ``norm:layer lr>=0.01 acc>80``.

Each blank-separated part is one of them, and a run must have all. ``:`` and ``=`` mean the same and take
several values with commas; numbers are compared with ``<``, ``<=``, ``>``, ``>=`` and ``!=``, too.
"""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from core.config.presets import Norm, Preset
from core.runs.index import RunSummary
from tui.runs.columns import Row

_PART: Final = re.compile(r"([a-z]+)(!=|<=|>=|[:=<>])(.*)")
_ORDER: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SECONDS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}
_STATES: Final = (
    *("training", "waiting", "not started", "finished", "stopped", "failed", "lost", "diverged", "stalled"),
    "unreadable",
)

Test = Callable[[Row], bool]


class _MistakeError(ValueError):
    """A condition that cannot be read; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What a run must have to be shown; `mistake` says in a line what of it could not be read."""

    tests: tuple[Test, ...] = ()
    mistake: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        """Return whether anything was asked for."""
        return bool(self.text)

    def takes(self, row: Row) -> bool:
        """Return whether `row` has all that is asked for."""
        return all(test(row) for test in self.tests)


def parse_filter(text: str) -> RunFilter:
    """Read what somebody typed, whatever it is; a part with a mistake narrows nothing."""
    tests, mistakes = [], []
    parts = text.lower().split()
    for part in parts:
        try:
            tests.append(_test(part))
        except _MistakeError as mistake:
            mistakes.append(str(mistake))
    return RunFilter(tuple(tests), mistakes[0] if mistakes else "", " ".join(parts))


def _test(part: str) -> Test:
    found = _PART.fullmatch(part)
    if found is None:
        return lambda row: part in row.words
    name, sign, value = found.groups()
    if name not in _FIELDS:
        raise _MistakeError(f"no {name}: {' '.join(FIELDS)}")
    sign = ":" if sign == "=" else sign
    values = [one for one in value.split(",") if one] if sign in {":", "!="} else [value] * bool(value)
    make = _FIELDS[name]
    if not values:
        raise _MistakeError(f"{part} needs a value: {make.wanted}")
    test = make(sign, values)
    return test if sign != "!=" else lambda row: make.knows(row) and not test(row)


@dataclass(frozen=True, slots=True)
class _Words:
    """A field that is one of a few words, of which the first letters do, or a text, of which a part does."""

    read: Callable[[Row], str]
    wanted: str
    choices: Sequence[str] = ()

    def knows(self, row: Row) -> bool:
        return bool(self.read(row))

    def __call__(self, sign: str, values: Sequence[str]) -> Test:
        if sign in _ORDER:
            raise _MistakeError(f"{sign} compares numbers; here it is : or !=, {self.wanted}")
        if not self.choices:
            return lambda row: any(value in self.read(row) for value in values)
        for value in values:
            if not any(choice.startswith(value) for choice in self.choices):
                raise _MistakeError(f"{value}? {self.wanted}")
        return lambda row: self.read(row).startswith(tuple(values))


@dataclass(frozen=True, slots=True)
class _Number:
    """A field that is a number, equal to another where it reads the same in the list: within `step`."""

    read: Callable[[RunSummary], float | None]
    wanted: str
    parse: Callable[[str], float] = float
    step: float = 0.0

    def knows(self, row: Row) -> bool:
        return self.read(row.run) is not None

    def __call__(self, sign: str, values: Sequence[str]) -> Test:
        try:
            numbers = [self.parse(value) for value in values]
        except (ValueError, OverflowError):
            numbers = [math.nan]
        if any(map(math.isnan, numbers)):
            raise _MistakeError(f"{','.join(values)} is no such number: {self.wanted}")
        compare = _ORDER.get(sign, self._same)

        def test(row: Row) -> bool:
            own = self.read(row.run)
            return own is not None and any(compare(own, number) for number in numbers)

        return test

    def _same(self, left: float, right: float) -> bool:
        return left == right or math.isclose(left, right, abs_tol=self.step)


def _share(text: str) -> float:
    """Read an accuracy: 80, 80% or 0.8."""
    value = float(text.removesuffix("%"))
    return value / 100 if value > 1 or text.endswith("%") else value


def _images(text: str) -> float:
    """Read a number of images: 3000, 3k or all."""
    if text == "all":
        return math.inf
    return 1000 * float(text[:-1]) if text.endswith("k") else float(text.replace("_", ""))


def _duration(text: str) -> float:
    """Read a time: 90, 90s, 2m, 1.5h or 2:30."""
    if ":" in text:
        seconds = 0.0
        for part in text.split(":"):
            seconds = 60 * seconds + float(part)
        return seconds
    unit = _SECONDS.get(text[-1])
    return float(text) if unit is None else unit * float(text[:-1])


def _limit(run: RunSummary) -> float:
    return next((float(n) for n in (run.limit_train, run.limit_test) if n is not None), math.inf)


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


_FIELDS: Final[dict[str, _Words | _Number]] = {
    "norm": _Words(lambda row: row.run.norm or "", f"norm:{_listed(tuple(Norm))}", tuple(Norm)),
    "preset": _Words(lambda row: row.run.preset or "", f"preset:{_listed(tuple(Preset))}", tuple(Preset)),
    "data": _Words(lambda row: row.run.data.lower(), "a part of the images' name, such as data:demo"),
    "state": _Words(lambda row: row.state, f"state:{_listed(_STATES[:8])}", _STATES),
    "seed": _Number(lambda run: run.seed, "a seed, such as seed:0,1"),
    "seeds": _Number(lambda run: run.seeds if run.name else None, "how many of a network, such as seeds:3"),
    "epochs": _Number(lambda run: run.epochs_done if run.name else None, "epochs done, such as epochs<20"),
    "acc": _Number(lambda run: run.last_accuracy, "a test accuracy in percent, such as acc>80", _share, 5e-5),
    "best": _Number(lambda run: run.best_accuracy, "the best epoch's, such as best>80", _share, 5e-5),
    "lr": _Number(lambda run: run.learning_rate, "a peak learning rate, such as lr>=0.01"),
    "batch": _Number(lambda run: run.batch_size, "a batch size, such as batch:128"),
    "limit": _Number(
        lambda run: _limit(run) if run.name else None, "images, such as limit<5000 or limit:all", _images
    ),
    "time": _Number(lambda run: run.seconds, "training and evaluation, such as time<2m", _duration, 0.5),
}
FIELDS: Final = tuple(_FIELDS)
"""The names of the fields that conditions are on."""
