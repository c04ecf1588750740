"""The rows on training in the table of benchmarks, and the README's sentence on it."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import cattrs

from tests.documents import RESULTS
from tests.processor import Processor

_LOOPS: Final = {
    "usual": "usual loop",
    "good": "good loop",
    "good-bf16": "good loop in bf16",
    "good-compiled": "compiled good loop",
    "good-bf16-compiled": "compiled good loop in bf16",
}
_MEANT: Final = {
    "usual": "the usual loop: a DataLoader and torch's layers",
    "good": "a good torch loop: images in memory, augmented in batches",
    "good-bf16": "the good loop in bf16",
    "good-compiled": "the good loop compiled",
    "good-bf16-compiled": "the good loop compiled in bf16",
}
_WORDS: Final = {1: "one core", 2: "two cores", 4: "four cores", 8: "eight cores"}
_SGD: Final = "sgd"


def training_rows(figures: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Yield what was measured, and the figure: the seconds of all loops, then each opponent's over ours."""
    opponents = figures["opponents"]
    what = f"{_where(figures)}, `{figures['preset']}`, {figures['norm']} norm{_optimizers(opponents)}"
    seconds = [loop["seconds_an_epoch"]["median"] for loop in (*opponents.values(), figures["ours"])]
    names = ", the ".join(_LOOPS[name] for name in opponents)
    *theirs, ours = (f"{time:.3g} s" for time in seconds)
    yield f"{what}: an epoch of the {names}, and of ours", f"{', '.join(theirs)} and {ours}"
    for name, ratio in figures["ratios"].items():
        counted = f"{len(ratio['all'])} rounds"
        spread = f"{ratio['min']:.2f} to {ratio['max']:.2f}"
        yield f"{what}: {_LOOPS[name]} ÷ ours", f"{ratio['median']:.2f}, median of {counted} ({spread})"


def speed_sentence(results: Path = RESULTS) -> str:
    """Return how many times as fast as other loops the presets train on a CPU, over all norms.

    A line for each kind of processor; loops with torch's Muon, the dearer optimizer, are left out.
    """
    kinds: defaultdict[str, list[Any]] = defaultdict(list)
    for file in sorted(results.glob("bench-train-cpu-*.json")):
        figures = json.loads(file.read_text(encoding="utf-8"))
        if not _optimizers(figures["opponents"]):
            kinds[_cores(_processor(figures))].append(figures)
    return "\n".join(_sentence(cores, found) for cores, found in kinds.items())


def _sentence(cores: str, found: Sequence[Any]) -> str:
    medians: defaultdict[str, list[float]] = defaultdict(list)
    for figures in found:
        for name, ratio in figures["ratios"].items():
            medians[name].append(ratio["median"])
    shares = "; ".join(
        f"{_range(medians[name])} times as fast as by {loop}"
        for name, loop in _MEANT.items()
        if name in medians
    )
    return f"On {cores}, training is {shares}."


def _range(values: Sequence[float]) -> str:
    least, most = f"{min(values):.1f}", f"{max(values):.1f}"
    return least if least == most else f"{least} to {most}"


def _where(figures: Any) -> str:  # noqa: ANN401
    """Return the device for people: of a processor its instructions and model."""
    if figures["device"] != "cpu":
        return str(figures["ours"]["device_name"])
    processor = _processor(figures)
    return f"{_instructions(processor)} ({processor.model_words})"


def _cores(processor: Processor) -> str:
    """Return the cores measured on for people, with their instructions."""
    cores = _WORDS.get(processor.cores, f"{processor.cores} cores")
    return f"{cores} with {_instructions(processor)}"


def _processor(figures: Any) -> Processor:  # noqa: ANN401
    return cattrs.structure(figures["processor"], Processor)


def _instructions(processor: Processor) -> str:
    return f"{processor.words}, held to that" if processor.held_to else processor.words


def _optimizers(opponents: Mapping[str, Any]) -> str:
    """Return what tells opponents that do not have the cheaper optimizer, empty where they have."""
    return (
        ", theirs with Muon"
        if any(loop.get("optimizer", _SGD) != _SGD for loop in opponents.values())
        else ""
    )
