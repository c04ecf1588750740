import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from core.config.network_plan import planned_layers
from core.config.presets import REFERENCE, TUNED, Norm
from core.training.network.build import build_network
from tests.bench.floor import PeakRates, epoch_floor, flops_an_image

pytestmark = pytest.mark.bench

RATES = PeakRates(flops_a_second=1e12, bytes_a_second=1e9, number_bytes=4)


def test_the_arithmetic_is_what_torch_counts_in_a_training_step() -> None:
    network = build_network(Norm.BATCH, TUNED)
    with FlopCounterMode(display=False) as counted:
        network(torch.randn(4, 3, 32, 32)).sum().backward()
    assert 4 * flops_an_image(planned_layers(Norm.BATCH, TUNED)) == counted.get_total_flops()


def test_the_activations_are_the_convolutions_outputs_five_times() -> None:
    outputs: list[int] = []
    network = build_network(Norm.BATCH, REFERENCE)
    for layer in network:
        if isinstance(layer, torch.nn.Conv2d):
            layer.register_forward_hook(lambda _layer, _inputs, output: outputs.append(output.numel()))
    network(torch.randn(1, 3, 32, 32))
    one, two = (
        epoch_floor(Norm.BATCH, REFERENCE, images=images, batch_size=2, rates=RATES) for images in (1, 2)
    )
    # one image more and no step more: what is left are the activations and the image's bytes, read twice
    assert two.traffic_bytes - one.traffic_bytes == 5 * 4 * sum(outputs) + 2 * 3 * 32 * 32
    weights = sum(weight.numel() for weight in network.parameters())
    assert one.traffic_bytes - (two.traffic_bytes - one.traffic_bytes) == 8 * 4 * weights


@pytest.mark.parametrize(("flops_a_second", "bound"), [(1e6, "arithmetic_seconds"), (1e15, "memory_seconds")])
def test_the_floor_is_the_longer_of_the_two(flops_a_second: float, bound: str) -> None:
    rates = PeakRates(flops_a_second=flops_a_second, bytes_a_second=1e9, number_bytes=2)
    floor = epoch_floor(Norm.GROUP, TUNED, images=1_000, batch_size=128, rates=rates)
    assert floor.seconds == getattr(floor, bound)
    assert floor.arithmetic_seconds == floor.flops / flops_a_second


def test_the_best_of_several_measurements_is_taken_rate_by_rate() -> None:
    other = PeakRates(flops_a_second=9e11, bytes_a_second=2e9, number_bytes=4)
    best = PeakRates(flops_a_second=1e12, bytes_a_second=2e9, number_bytes=4)
    assert PeakRates.best((RATES, other)) == best
