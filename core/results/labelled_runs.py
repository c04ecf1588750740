"""Names for the runs of a report: their norm, and what else tells them apart."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from core.config.presets import Norm
from core.config.run_config import RunConfig, all_settings
from core.printable import printable
from core.results.run_kinds import RunKind, kinds_of
from core.results.run_styles import RunStyle, norm_style, styles_of
from core.runs.run_state import RunState

_LONGEST_SLUG: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRun:
    """A run with a name that no other run of its report has.

    `detail` is what tells runs of one norm apart, such as ", seed 1", and empty where there is but one.
    `slug` is the name as a part of a file's. `kind` is what it shares with its other seeds, `style` how they
    all are drawn.
    """

    state: RunState
    detail: str = ""
    slug: str = ""
    kind: RunKind = field(default_factory=RunKind)
    style: RunStyle = field(default_factory=lambda: norm_style(Norm.BATCH))

    @property
    def norm(self) -> Norm | None:
        """The run's normalization; a run without any event is still named after it."""
        if self.state.config is not None:
            return self.state.config.norm
        return Norm(self.state.name) if self.state.name in set(Norm) else None

    @property
    def label(self) -> str:
        """The name in tables and legends, such as "batch, seed 1"."""
        return f"{self.norm or self.state.name}{self.detail}"

    @property
    def heading(self) -> str:
        """The name as a heading, such as "Batch normalization, seed 1"."""
        return f"{self.norm.capitalize()} normalization{self.detail}" if self.norm else self.label

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of all classes, in order, as far as the run has reported them or tested them."""
        told = len(self.state.data.classes) if self.state.data else 0
        tested = len(self.state.tests[-1].confusion) if self.state.tests else 0
        return tuple(map(self.class_name, range(max(told, tested))))

    def class_name(self, index: int) -> str:
        """Return the name of a class, or "class 3" where the run has not reported it."""
        classes = self.state.data.classes if self.state.data else ()
        return classes[index] if 0 <= index < len(classes) else f"class {index}"


def label_runs(states: Sequence[RunState]) -> tuple[LabelledRun, ...]:
    """Name every run, in the order given."""
    kinds = kinds_of(states)
    seeds = [state.config.seed if state.config else None for state in states]
    styles = styles_of(kinds, _repeats(list(zip(kinds, seeds, strict=True))))
    plain = [
        LabelledRun(state=state, kind=kind, style=style)
        for state, kind, style in zip(states, kinds, styles, strict=True)
    ]
    differing = _differing_settings(plain)
    by_settings = [replace(run, detail=_detail(run, differing[run.norm])) for run in plain]
    numbers = _repeats([run.label for run in by_settings])
    named = [
        replace(run, detail=f"{run.detail} ({number})") if number > 1 else run
        for run, number in zip(by_settings, numbers, strict=True)
    ]
    slugs = [_slug(run.label) for run in named]
    return tuple(
        replace(run, slug=slug if number == 1 else f"{slug}-{number}")
        for run, slug, number in zip(named, slugs, _repeats(slugs), strict=True)
    )


def _differing_settings(runs: Sequence[LabelledRun]) -> dict[Norm | None, list[str]]:
    """Return the settings in which the runs of each norm differ."""
    configs: dict[Norm | None, list[RunConfig]] = {run.norm: [] for run in runs}
    for run in runs:
        if run.state.config is not None:
            configs[run.norm].append(run.state.config)
    return {
        norm: [name for name in all_settings() if len({config.value(name) for config in own}) > 1]
        for norm, own in configs.items()
    }


def _detail(run: LabelledRun, names: Sequence[str]) -> str:
    """Write the settings `names` of a run: ", seed 1"."""
    config = run.state.config
    return "".join(f", {name.replace('_', ' ')} {_setting(config, name)}" for name in names if config)


def _setting(config: RunConfig, name: str) -> str:
    value = config.network or "the preset's" if name == "model" else config.value(name)
    return "default" if value is None else printable(str(value))  # a folder of images may bear any name


def _slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower())[:_LONGEST_SLUG].strip("-") or "run"


def _repeats(names: Sequence[Hashable]) -> list[int]:
    """Return for each name how often it came so far, itself included."""
    seen: Counter[Hashable] = Counter()
    numbers = []
    for name in names:
        seen[name] += 1
        numbers.append(seen[name])
    return numbers
