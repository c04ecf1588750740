"""A network of the user's own in the training loop."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core.config.presets import RECIPES, Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import Keep
from core.dataset.images import ImageSplit
from core.errors import InputError
from core.models.run_weights import model_of_run
from core.runs.event_log import EventWriter
from core.runs.events import Event, MisclassifiedFound
from core.runs.evidence_events import AnswersMarked, NormalizationShown
from core.runs.folder import in_full
from core.runs.machine_events import ArithmeticChosen, Layers, Precision
from core.training.network.own_network import OwnNetwork
from core.training.optimizer import RecipeOptimizer
from core.training.setup import PreparedRun, RunSpec, prepare_run
from core.training.training_state import TrainingState
from tests.report.example_runs import config as run_config
from tests.report.example_runs import finished_events

DROPS = """from torch import nn

def net(norm, classes, size):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, dilation=2, bias=False), norm(8), nn.ReLU(), nn.Dropout(0.3),
        nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 16, 3, groups=2), {norm},
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, classes),
    )
"""


def prepared(folder: Path, events: list[Event], norm: str = "norm(16)") -> PreparedRun:
    """Return a run of two epochs, of three steps each, on random images."""
    (folder / "net.py").write_text(DROPS.replace("{norm}", norm))
    config = RunConfig(norm=Norm.GROUP, model=f"{folder / 'net.py'}:net", epochs=2, batch_size=16)
    images = np.random.default_rng(0).integers(0, 256, (40, 32, 32, 3), dtype=np.uint8)
    split = ImageSplit(images, np.arange(40, dtype=np.int64) % 10)
    spec = RunSpec(
        norm=config.norm,
        recipe=config.recipe,
        seed=config.seed,
        epochs=config.epochs,
        batch_size=config.batch_size,
        train_images=split,
        test_images=split,
        device=torch.device("cpu"),
        own=OwnNetwork.of(in_full(config)),
    )
    ticks = itertools.count()
    return prepare_run(spec, threads=lambda: 1, emit=events.append, clock=lambda: float(next(ticks)))


def test_a_network_that_drops_at_random_goes_on_with_the_same_bits(tmp_path: Path) -> None:
    whole, rest = prepared(tmp_path, []), prepared(tmp_path, [])
    whole.train_epoch(1)
    whole.evaluate(1)
    content = whole.trainer.state(evaluated=True).to_bytes()
    torch.manual_seed(99)  # whatever else draws from torch's own numbers meanwhile
    ended = whole.train_epoch(2)
    rest.trainer.go_on(TrainingState.from_bytes(content))
    again = rest.train_epoch(2)
    assert again == replace(ended, seconds=again.seconds)
    assert again.norms is not None
    assert again.norms.layers == ("conv 1", "norm 1", "depthwise 1", "conv 2", "norm 2", "linear 1")
    logits = whole.evaluate(2).logits
    assert torch.equal(logits, rest.evaluate(2).logits)


@pytest.mark.parametrize(("norm", "shown"), [("norm(16)", True), ("nn.Identity()", True)])
def test_a_network_has_the_evidence_of_any_other(norm: str, tmp_path: Path, *, shown: bool) -> None:
    events: list[Event] = []
    run = prepared(tmp_path, events, norm)
    assert ArithmeticChosen(layers=Layers.TORCH, precision=Precision.SINGLE) in events
    found = [type(finding) for finding in run.findings(run.evaluate(1))]
    assert found == [AnswersMarked, *[NormalizationShown] * shown, MisclassifiedFound]


def test_without_a_norm_there_is_none_to_show(tmp_path: Path) -> None:
    run = prepared(tmp_path, [], "nn.BatchNorm2d(16, affine=False)")
    run.network[1] = nn.Identity()  # type: ignore[operator]
    found = [type(finding) for finding in run.findings(run.evaluate(1))]
    assert found == [AnswersMarked, MisclassifiedFound]


def test_its_weights_are_not_exported_as_a_presets(tmp_path: Path) -> None:
    own = replace(run_config(Norm.BATCH), model="/n/net.py:net")
    with EventWriter(tmp_path / "events.jsonl") as log:
        for event in finished_events(own):
            log.write(event)
    with pytest.raises(InputError, match=r"net of net\.py, which its own file alone can build; --keep last"):
        model_of_run(tmp_path, Keep.LAST)


@pytest.mark.parametrize("last", ["linear", "convolution", "none"])
def test_muon_takes_every_convolution_but_one_that_gives_the_logits(last: str) -> None:
    network = nn.Sequential(
        nn.Conv2d(3, 6, 5, dilation=3), nn.Conv2d(6, 6, 3, groups=6), nn.Conv2d(6, 4, 1, groups=2)
    )
    network.scale = nn.Parameter(torch.ones(1, 6, 1, 1))
    if last != "none":
        network.append(nn.Linear(4, 10) if last == "linear" else nn.Conv2d(4, 10, 1))
    before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    optimizer = RecipeOptimizer(network, RECIPES[Preset.TUNED])
    optimizer.step(sum((weight**3).sum() + weight.sum() for weight in network.parameters()), 1.0)  # type: ignore[arg-type]
    moved = {name: not torch.equal(before[name], weight) for name, weight in network.named_parameters()}
    assert all(moved.values())
    fixed = [
        len(w) ** 0.5 == pytest.approx(float(w.detach().norm())) for w in network.parameters() if w.ndim == 4
    ]
    assert fixed == [False, True, True, last != "none", *[False] * (last == "convolution")]


def test_a_network_of_linear_layers_alone_is_sgds() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10))
    optimizer = RecipeOptimizer(network, RECIPES[Preset.TUNED])
    optimizer.step(network(torch.rand(2, 3, 32, 32)).square().sum(), 1.0)
    assert {name: momentum.any().item() for name, momentum in optimizer.momenta().items()} == {
        "1.weight": True,
        "1.bias": True,
    }
