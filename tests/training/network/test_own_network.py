import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from core.config.presets import RECIPES, Norm, Preset
from core.config.run_config import RunConfig
from core.errors import InputError
from core.runs.events import Event, ModelSummarised, Notice
from core.runs.folder import in_full
from core.runs.life_events import Fault
from core.training.network.own_code import OwnForwardError
from core.training.network.own_forward import OwnForward
from core.training.network.own_network import OwnNetwork
from core.training.network.summary import summarise
from core.training.setup import introduce_network
from core.worker.failure import failure

HEAD = "import torch\nfrom torch import nn\n"
POOLED = "nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, c)"
CPU = torch.device("cpu")
CONFIG = RunConfig(norm=Norm.BATCH)


def written(folder: Path, body: str, name: str = "net.py") -> str:
    """Write a file of a network, and return what `--model` is to be."""
    (folder / name).write_text(HEAD + body, encoding="utf-8")
    return f"{folder / name}:net"


def loaded(model: str, norm: Norm = Norm.BATCH, **changes: object) -> OwnNetwork:
    config = in_full(replace(CONFIG, norm=norm, model=model).having(changes))
    own = OwnNetwork.of(config)
    assert own is not None
    return own


def introduced(model: str, norm: Norm = Norm.BATCH, **changes: object) -> tuple[OwnNetwork, list[Event]]:
    events: list[Event] = []
    recipe = replace(CONFIG, norm=norm, model=model).having(changes).recipe
    own = introduce_network(norm, recipe, loaded(model, norm, **changes), events.append)
    assert own is not None
    return own, events


IDLE = f"""def net(n, c, s):
  whole = nn.Sequential(nn.Conv2d(3, 8, 1), {POOLED})
  whole[1].idle = nn.Conv2d(1, 1, 1)
  return whole
"""
CONSTANT = """class N(nn.Flatten):
  def forward(s, x):
    return x.mean((1, 2, 3))[:, None].repeat(1, 10)
net = lambda n, c, s: N()
"""
WRONG = [
    ("def net(n, c, s:", "line 3: SyntaxError: '(' was never closed"),
    ("import nowhere_to_be_found", "line 3: ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
    ("raise SystemExit('no\\nway')", "line 3: SystemExit: no way"),
    ("def other(n, c, s): ...", "has no function net; must be one of: other"),
    ("net = 3", "has no function net; must be one of: none"),
    ("def net(n, c): ...", "must take three arguments: the norm's factory, the number of classes, the image"),
    ("def net(n, c, s):\n  return 1 / 0", "line 4: ZeroDivisionError: division by zero"),
    ("def net(n, c, s):\n  return c", "gives int; must give a torch.nn.Module"),
    ("def net(n, c, s): return nn.Linear(3, c, device='meta')", "has weights on meta; must leave that to"),
    ("def net(n, c, s): return nn.Conv2d(3, c, 1)", "gives a tensor [4, 10, 32, 32] for 4 images; must give"),
    ("def net(n, c, s): return nn.Conv2d(4, c, 1)", "on images: RuntimeError: "),
    (
        f"def net(n, c, s): return nn.Sequential({POOLED})",
        "layer 2 (Linear): RuntimeError: ",
    ),
    (CONSTANT.replace("x.mean((1", "x.nothing((1"), "line 5: AttributeError: 'Tensor' object has no"),
    ("def net(n, c, s):\n  return n(30)", "line 4: ValueError: norm(30): 4 groups must divide the channels"),
    (CONSTANT, "has no weight to train"),
    (IDLE, "does not use 1.idle.weight, 1.idle.bias; must leave out what it does not use"),
    ("def net(n, c, s): return nn.Linear(3, 10).double()", "on images: RuntimeError: "),
]


@pytest.mark.parametrize(("body", "told"), WRONG, ids=[told[:30] for _, told in WRONG])
def test_what_is_wrong_with_a_network_is_told_in_one_line_before_it_trains(
    body: str, told: str, tmp_path: Path
) -> None:
    model = written(tmp_path, body)
    with pytest.raises(InputError) as refused:
        introduced(model, Norm.GROUP)
    assert str(refused.value).startswith(f"--model {model}: {told}")
    end = failure(refused.value, CONFIG)
    assert end.fault is Fault.INPUT


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (lambda _file: None, "(No such file or directory)"),
        (lambda file: file.mkdir(), "cannot be read (it is no regular file)"),
        (os.mkfifo, "cannot be read (it is no regular file)"),
        (lambda file: file.write_bytes(b"#" * 2_000_000), "(it is larger than any of ours)"),
    ],
)
def test_a_file_that_cannot_be_read(prepare: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    prepare(tmp_path / "net.py")
    with pytest.raises(InputError) as refused:
        in_full(replace(CONFIG, model=f"{tmp_path}/net.py:net"))
    assert told in str(refused.value)


def test_a_file_that_has_changed_is_not_run(tmp_path: Path) -> None:
    config = in_full(
        replace(CONFIG, model=written(tmp_path, f"def net(n, c, s): return nn.Sequential({POOLED})"))
    )
    written(tmp_path, "raise SystemExit")
    with pytest.raises(InputError, match=r"net\.py:net: the file has changed since the suite was made"):
        OwnNetwork.of(config)


@pytest.mark.parametrize(
    ("norm", "preset", "layer"),
    [
        (Norm.BATCH, Preset.TUNED, nn.BatchNorm2d),
        (Norm.GROUP, Preset.TUNED, nn.GroupNorm),
        (Norm.LAYER, Preset.TUNED, nn.GroupNorm),
        (Norm.LAYER, Preset.REFERENCE, nn.LayerNorm),
    ],
)
def test_a_network_gets_the_runs_norm(norm: Norm, preset: Preset, layer: type, tmp_path: Path) -> None:
    body = f"def net(norm, c, s): return nn.Sequential(nn.Conv2d(3, 8, 1), norm(8, s, s), {POOLED})"
    own, (model,) = introduced(written(tmp_path, body, "Ñetz werk.py"), norm, preset=preset)
    network, norms = own.built(norm, RECIPES[preset])
    assert type(network[1]) is layer or type(network[1]).__name__ == "ChannelLayerNorm"  # type: ignore[index]
    assert norms.is_part_of(network)
    assert model == summarise(network)
    assert own.layout is torch.channels_last


def test_a_layer_norm_of_each_activation_asks_for_the_image_and_no_norm_is_told(tmp_path: Path) -> None:
    body = f"def net(norm, c, s): return norm(3) and nn.Sequential(nn.Conv2d(3, 8, 1), {POOLED})"
    with pytest.raises(
        InputError, match=r"line 3: ValueError: norm\(3\): a layer norm with a scale for each"
    ):
        introduced(written(tmp_path, body), Norm.LAYER, preset=Preset.REFERENCE)
    _, (_, notice) = introduced(written(tmp_path, body))
    assert notice == Notice(
        text="net of net.py has no layer made by norm: it is the same network in all three norms"
    )


ODD = """
class Net(nn.Module):
    def __init__(self, norm, classes):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1, 8, 1, 1))
        self.conv = nn.LazyConv2d(8, 3, padding=2, dilation=2, groups=1, stride=4)
        self.norm, self.act = norm(8), nn.ReLU()
        self.drop = nn.Dropout(0.5)
        self.fc = nn.Linear(512, classes)
        self.frozen = nn.Parameter(torch.ones(3), requires_grad=False)

    def forward(self, x):
        y = self.drop(self.act(self.norm(self.conv(x)))) * self.scale
        return self.fc(y.view(len(x), -1))

def net(norm, classes, size):
    return Net(norm, classes)
"""


def test_a_summary_counts_every_parameter_once(tmp_path: Path) -> None:
    own, (model, *_) = introduced(written(tmp_path, ODD))
    assert own.layout is torch.contiguous_format  # it takes a view
    network = own.built(Norm.BATCH, CONFIG.recipe)[0]
    count = sum(weight.numel() for weight in network.parameters())
    assert isinstance(model, ModelSummarised)
    assert sum(row.parameters for row in model.rows) == count
    assert model.trainable_parameters == count - 3
    rows = [(row.name, row.parameters, row.receptive_field) for row in model.rows]
    assert rows[-1] == ("Net", 11, None)
    assert rows[0] == ("Conv2d", 224, None)


def test_random_numbers_of_a_network_are_the_runs_own(tmp_path: Path) -> None:
    own = loaded(written(tmp_path, ODD))
    network = own.built(Norm.BATCH, CONFIG.recipe)[0]
    images = torch.rand(8, 3, 32, 32)
    forward = OwnForward(network, own, 3, CPU)
    before = forward.generator.get_state()
    torch.manual_seed(1)
    first = forward(images)
    assert torch.equal(torch.rand(3), torch.rand(3, generator=torch.Generator().manual_seed(1)))
    assert not torch.equal(first, forward(images))
    forward.generator.set_state(before)
    assert torch.equal(first, forward(images))


def test_an_error_in_training_is_told_with_its_line_and_its_traceback(tmp_path: Path) -> None:
    body = ODD.replace("return self.fc", "return None if len(x) == 5 else 1 / 0 if len(x) == 6 else self.fc")
    own = loaded(written(tmp_path, body))
    forward = OwnForward(own.built(Norm.BATCH, CONFIG.recipe)[0], own, 0, CPU)
    with pytest.raises(OwnForwardError, match=r"gives NoneType for 5 images; must give logits \[5, 10\]"):
        forward(torch.rand(5, 3, 32, 32))
    try:
        forward(torch.rand(6, 3, 32, 32))
    except OwnForwardError as error:
        end = failure(error, CONFIG)
    assert end.error == f"--model {tmp_path}/net.py:net: line 16: ZeroDivisionError: division by zero"
    assert end.fault is Fault.PROGRAM
    assert "in forward" in end.traceback
