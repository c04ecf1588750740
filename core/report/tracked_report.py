"""The report on runs of other loops: Markdown for people, JSON for programs."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from core.errors import InputError
from core.report.export import export_text
from core.report.markup import escaped, table
from core.tracking.alerts import alerts
from core.tracking.scalar_series import ScalarSeries
from core.tracking.tracked_run import TrackedRun
from core.tracking.verdict import Goal, Pair, Setting, Verdict, judged, wanted_tag

_MOST_TAGS: Final = 40
_MOST_UNTESTED: Final = 10
_NO_VALUE: Final = "–"
_TAKES: Final = "it takes the same seeds of both, at least two"


def export_tracked(
    runs: Sequence[TrackedRun], path: Path, tag: str | None = None, goal: Goal | None = None
) -> None:
    """Write a report on `runs`, judged by `tag`, in the form that the ending of `path` names: .md or .json.

    The same runs give the same bytes.

    Raises:
        InputError: there is no run, none has that tag, or the file cannot be written there.
        OSError: the disk is full, or the like.
    """
    if not runs:
        raise InputError(f"--export {path}: there is no run to report on")
    tags = sorted({each for run in runs for each in run.series})
    if tag is not None and tag not in tags:
        known = ", ".join(tags[:10]) or "none"
        raise InputError(f"--metric {tag}: no run has logged it; there is {known}")
    judged_by = tag or wanted_tag(runs)
    verdict = judged(runs, judged_by, goal) if judged_by is not None else None
    make = _json if path.suffix.lower() == ".json" else _markdown
    export_text(path, make(runs, verdict), (".md", ".json"))


def _markdown(runs: Sequence[TrackedRun], verdict: Verdict | None) -> str:
    parts = [f"# {len(runs)} run{'s' * (len(runs) > 1)} of other training loops", _runs_table(runs)]
    if verdict is not None:
        parts += ["## The verdict", *_verdict_parts(verdict)]
    parts += ["## What the runs are made from", _differences(runs)]
    parts += ["## The last value of every quantity", _values_table(runs)]
    looked = [f"- {escaped(run.name)}: {escaped(text)}" for run in runs for text in _to_look_at(run)]
    if looked:
        parts += ["## To look at", "\n".join(looked)]
    return "\n\n".join(parts) + "\n"


def _to_look_at(run: TrackedRun) -> Iterator[str]:
    now = run.updated_at or 0.0  # of a report, the run's own last moment: the same runs, the same bytes
    yield from (alert.text for alert in alerts(run, now) if alert.bad)
    yield from run.notices


def _runs_table(runs: Sequence[TrackedRun]) -> str:
    rows = (
        (
            escaped(run.name),
            escaped(run.source or "cifar-tui"),
            "not told" if run.outcome is None else str(run.outcome),
            f"{run.last_step:,}" if run.last_step >= 0 else _NO_VALUE,
            str(len(run.series)),
        )
        for run in runs
    )
    return table(("run", "from", "state", "last step", "quantities"), rows, left=range(3))


def _verdict_parts(verdict: Verdict) -> Iterator[str]:
    wants = "more is better" if verdict.goal is Goal.MOST else "less is better"
    yield (
        f"By the last value of {escaped(verdict.tag)}: {wants}. Settings are runs that differ in nothing "
        "but their seed."
    )
    rows = ((escaped(one.label), _mean(one), str(len(one.by_seed))) for one in verdict.settings)
    yield table(("setting", "mean ± standard deviation", "seeds"), rows)
    tested = [pair for pair in verdict.pairs if pair.p is not None]
    shown = verdict.pairs if len(verdict.pairs) - len(tested) <= _MOST_UNTESTED else tested
    if shown:
        yield "\n".join(f"- {_pair_words(pair)}" for pair in shown)
    if len(shown) < len(verdict.pairs):
        yield f"Of {len(verdict.pairs) - len(shown)} more pairs it cannot be told: {_TAKES}."
    elif len(verdict.settings) > 1 and not verdict.pairs:
        yield "These are too many settings to be compared pair by pair."
    if verdict.left_out:
        yield f"Not counted: {', '.join(map(escaped, verdict.left_out))}."


def _mean(setting: Setting) -> str:
    deviation = setting.deviation
    return _number(setting.mean) + ("" if deviation is None else f" ± {_number(deviation)}")


def _pair_words(pair: Pair) -> str:
    lead = f"{escaped(pair.ahead)} is ahead of {escaped(pair.behind)} by {_number(pair.difference)}"
    if pair.interval is None or pair.adjusted_p is None:
        return f"{lead}; whether that is luck cannot be told: {_TAKES}."
    low, high = _number(pair.interval.low), _number(pair.interval.high)
    figures = f"95% interval {low} to {high}, {pair.seeds} seeds, p = {pair.adjusted_p:.2g}"
    if pair.claimed:
        return f"{lead} ({figures}): more than luck."
    needed = f"; it takes {pair.seeds_needed} seeds at least" if pair.seeds < pair.seeds_needed else ""
    return f"{lead} ({figures}): no difference may be claimed{needed}."


def _differences(runs: Sequence[TrackedRun]) -> str:
    names = dict.fromkeys(name for run in runs for name in run.config)
    if not names:
        return "Nothing is told of that."
    differing = [name for name in names if len({run.config.get(name) for run in runs}) > 1]
    same = [name for name in names if name not in differing]
    parts = []
    if differing:
        header = ("run", *map(escaped, differing))
        rows = (
            (escaped(run.name), *(escaped(run.config.get(name, _NO_VALUE)) for name in differing))
            for run in runs
        )
        parts.append(table(header, rows, left=range(len(header))))
    if same:
        shared = "; ".join(f"{escaped(name)} {escaped(runs[0].config[name])}" for name in same)
        parts.append(f"The same in all: {shared}.")
    return "\n\n".join(parts)


def _values_table(runs: Sequence[TrackedRun]) -> str:
    tags = list(dict.fromkeys(tag for run in runs for tag in run.series))
    shown = tags[:_MOST_TAGS]
    header = ("quantity", *(escaped(run.name) for run in runs))
    rows = ((escaped(tag), *(_last(run.series.get(tag)) for run in runs)) for tag in shown)
    more = f"\n\n{len(tags) - len(shown)} more are in the runs' files." if len(tags) > len(shown) else ""
    return table(header, rows) + more if shown else "No value was logged."


def _last(series: ScalarSeries | None) -> str:
    return _NO_VALUE if series is None else _number(series.last)


def _number(value: float) -> str:
    return f"{value:.4g}"


def _json(runs: Sequence[TrackedRun], verdict: Verdict | None) -> str:
    content = {
        "runs": [_run_fields(run) for run in runs],
        "verdict": None if verdict is None else _verdict_fields(verdict),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _run_fields(run: TrackedRun) -> dict[str, Any]:
    return {
        "name": run.name,
        "source": run.source or "cifar-tui",
        "outcome": run.outcome,
        "why": run.why,
        "command": run.command,
        "config": dict(run.config),
        "started_at": run.started_at,
        "updated_at": run.updated_at,
        "scalars": {tag: _series_fields(series) for tag, series in run.series.items()},
        "notices": list(run.notices),
    }


def _series_fields(series: ScalarSeries) -> dict[str, Any]:
    return {
        "values": series.count,
        "last_step": series.last_step,
        "last": _finite(series.last),
        "least": _finite(series.low),
        "greatest": _finite(series.high),
        "first_step_not_finite": series.strange_step,
    }


def _finite(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)  # JSON has no NaN


def _verdict_fields(verdict: Verdict) -> dict[str, Any]:
    return {
        "metric": verdict.tag,
        "goal": verdict.goal,
        "settings": [
            {"label": one.label, "mean": one.mean, "deviation": one.deviation, "by_seed": dict(one.by_seed)}
            for one in verdict.settings
        ],
        "pairs": [{**asdict(pair), "claimed": pair.claimed} for pair in verdict.pairs],
        "left_out": list(verdict.left_out),
    }
