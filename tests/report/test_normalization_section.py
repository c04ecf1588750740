import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.config.presets import TUNED, Norm
from core.report.normalization_section import normalization_section
from core.results.labelled_runs import label_runs
from core.runs.life_events import RunStarted
from core.runs.run_state import RunState
from tests.report.example_evidence import normalization
from tests.report.example_runs import config, example_states, state

if TYPE_CHECKING:
    from core.runs.events import Event

NUMBER = r"\(?(−?\d+\.\d+)\)?"


def section(*states: RunState) -> str:
    return "\n\n".join(normalization_section(label_runs(states)))


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_each_norm_says_what_it_takes_together() -> None:
    rows = section(*example_states()).splitlines()
    assert (
        "| m and v are taken over | 4 images, 1 channel, 32×32 pixels | 1 image, all channels, 32×32 pixels "
        "| 1 image, 2 channels, 32×32 pixels |"
    ) in rows
    assert "| Activations in each set | 4,096 | 8,192 | 2,048 |" in rows
    assert "| Sets in these images | 8 | 4 | 16 |" in rows
    assert (
        "| γ and β | 8 each, one per channel | 8,192 each, one per activation of an image "
        "| 8 each, one per channel |"
    ) in rows


@pytest.mark.parametrize(("place", "steps"), list(enumerate([2, 1, 1])), ids=list(Norm))
def test_a_reader_can_follow_the_arithmetic(place: int, steps: int) -> None:
    lines = [line for line in section(*example_states()).splitlines() if line.startswith("- ")]
    normalized = rf"\({NUMBER} − {NUMBER}\)/√\({NUMBER} \+ 1e-05\) = {NUMBER}"
    scaled = rf"{NUMBER}·{NUMBER} \+ {NUMBER} = {NUMBER}"
    found = re.findall(f"{normalized}, then {scaled}", lines[place])
    assert len(found) == steps
    for x, mean, variance, z, weight, again, bias, after in (map(number, one) for one in found):
        assert (x - mean) / variance**0.5 == pytest.approx(z, abs=1e-4)
        assert again == z
        assert weight * again + bias == pytest.approx(after, abs=1e-4)


def test_the_first_run_of_each_norm_speaks_for_it() -> None:
    first, second = (replace(run, name=name) for run in example_states()[:1] for name in ("a", "b"))
    assert first.normalization is not None
    later = replace(first.normalization, epoch=99)
    assert "after epoch 99" not in section(first, replace(second, normalization=later))
    assert "after epoch 99" in section(replace(second, normalization=later))


def test_both_kinds_of_layer_norm_have_their_column() -> None:
    run = config(Norm.LAYER)
    shown = replace(normalization(Norm.LAYER, 1), layer="ChannelLayerNorm", weight_shape=(8,))
    events: list[Event] = [RunStarted(run="layer", config=run, recipe=TUNED, command="cifar-tui"), shown]
    text = section(example_states()[1], state(events, "layer"))
    assert "|  | layer (affine per activation) | layer (affine per channel) |" in text


def test_runs_of_an_older_version_have_no_such_section() -> None:
    assert section(*(replace(run, normalization=None) for run in example_states())) == ""
