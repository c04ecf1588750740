import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from core.config.presets import RECIPES, Norm, Preset
from core.dataset.images import ImageSplit
from core.runs.events import Event, Notice, StepsDone
from core.training.batches import Normalize, TrainingImages
from core.training.cuda_graph import CudaCapture
from core.training.network.build import build_network
from core.training.network.dropout_masks import share_masks
from core.training.optimizer import RecipeOptimizer
from core.training.setup import RunSpec, prepare_run
from core.training.train_step import EagerSteps, GraphedSteps, Steps
from core.worker.session import only_repeatable_kernels

pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
    # torch says which of its kernels are not sure to repeat; whether ours do is what is tested
    pytest.mark.filterwarnings("default"),
]

CUDA = torch.device("cuda")
COUNT = 40 * 128 + 17  # more than a window of steps, and a small batch at the end


@pytest.fixture(scope="module", autouse=True)
def repeatable() -> Iterator[None]:
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    only_repeatable_kernels()
    yield
    torch.set_deterministic_debug_mode("default")


@pytest.fixture(scope="module")
def split() -> ImageSplit:
    random = np.random.default_rng(0)
    labels = random.integers(0, 10, COUNT, dtype=np.int64)
    colours = random.integers(0, 256, (10, 1, 1, 3), dtype=np.uint8)
    noise = random.integers(0, 64, (COUNT, 32, 32, 3), dtype=np.uint8)
    return ImageSplit(np.ascontiguousarray(colours[labels] // 2 + noise), labels)


class Run:
    """A run of two epochs on the device, as a run of the program is one."""

    def __init__(self, split: ImageSplit, preset: Preset, norm: Norm) -> None:
        self.events: list[Event] = []
        spec = RunSpec(
            norm=norm,
            recipe=RECIPES[preset],
            seed=0,
            epochs=2,
            batch_size=128,
            train_images=split,
            test_images=split,
            device=CUDA,
        )
        run = prepare_run(spec, threads=lambda: 1, emit=self.events.append)
        self.network = run.network
        self.ended = [run.train_epoch(1), run.train_epoch(2)]
        self.evaluated = run.evaluate(2).figures

    def steps(self) -> list[tuple[float, int]]:
        """Return each step's loss and correct predictions."""
        done = [event for event in self.events if isinstance(event, StepsDone)]
        return [pair for event in done for pair in zip(event.losses, event.correct, strict=True)]


def an_epoch(split: ImageSplit, preset: Preset, norm: Norm, *, graphed: bool) -> torch.Tensor:
    """Train an epoch at a tenth of the rates; return its metrics."""
    recipe = RECIPES[preset]
    torch.manual_seed(0)
    network = build_network(norm, recipe).to(CUDA).to(memory_format=torch.channels_last)
    images = TrainingImages(split, Normalize.of(split, CUDA), recipe, 128, seed=0)
    optimizer = RecipeOptimizer(network, recipe)
    masks = share_masks(network, 128, CUDA)
    steps: Steps = EagerSteps(network, images, optimizer)
    if graphed:
        changed = (*network.parameters(), *network.buffers())
        steps = GraphedSteps(network, images, optimizer, changed=changed, capture=CudaCapture(masks))
    masks.manual_seed(0)
    assert sum(steps.epoch([0.1] * images.steps_per_epoch)) == COUNT
    return steps.metrics.cpu()


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
def test_a_graph_trains_as_eager_steps_do(split: ImageSplit, preset: Preset, norm: Norm) -> None:
    graph = an_epoch(split, preset, norm, graphed=True)
    eager = an_epoch(split, preset, norm, graphed=False)
    # the same draws and nearly the same sums: an epoch made as a whole is rounded once before it is used
    torch.testing.assert_close(graph[:5, 0], eager[:5, 0], rtol=5e-3, atol=0)
    torch.testing.assert_close(graph[:, 0], eager[:, 0], rtol=0.1, atol=0.02)


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
def test_the_same_seed_gives_the_same_bits(split: ImageSplit, preset: Preset, norm: Norm) -> None:
    one, other = Run(split, preset, norm), Run(split, preset, norm)
    assert not [event for event in one.events if isinstance(event, Notice)]
    assert len(one.steps()) == 2 * 41
    assert one.steps() == other.steps()
    assert one.evaluated.confusion == other.evaluated.confusion
    weights, again = one.network.state_dict(), other.network.state_dict()
    assert all(torch.equal(weights[name], again[name]) for name in weights)


def test_runs_side_by_side_come_out_as_alone(split: ImageSplit) -> None:
    def on_a_stream_of_its_own(norm: Norm) -> Run:
        with torch.cuda.stream(torch.cuda.Stream()):  # type: ignore[no-untyped-call]
            return Run(split, Preset.REFERENCE, norm)

    with ThreadPoolExecutor(len(Norm)) as threads:
        together = list(threads.map(on_a_stream_of_its_own, Norm))
    for norm, run in zip(Norm, together, strict=True):
        assert run.steps() == Run(split, Preset.REFERENCE, norm).steps()


@pytest.mark.parametrize("norm", list(Norm))
def test_a_run_learns(split: ImageSplit, norm: Norm) -> None:
    run = Run(split, Preset.TUNED, norm)
    assert run.ended[1].loss < run.ended[0].loss
    assert run.evaluated.correct > 2 * COUNT // 10


def test_memory_on_the_device_stays_small(split: ImageSplit) -> None:
    torch.cuda.reset_peak_memory_stats()
    Run(split, Preset.REFERENCE, Norm.LAYER)
    assert torch.cuda.max_memory_allocated() < 2**30
