"""The loops of the real libraries, with nothing of ours but the one line; skipped where they are missing."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from core.runs.run_state import Outcome
from tests.tracking.integrations.loops import finished, stopped_on_the_way

LIGHTNING = """
import sys, torch
from lightning.pytorch import LightningModule, Trainer
from torch.utils.data import DataLoader, TensorDataset
from core.tracking.integrations.lightning import LightningRun

class Net(LightningModule):
    def __init__(self, lr):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(4, 1)
    def training_step(self, batch, _):
        loss = self.layer(batch[0]).square().mean()
        self.log("train/loss", loss)
        return loss
    def validation_step(self, batch, _):
        self.log("val/loss", self.layer(batch[0]).square().mean())
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.lr)

data = DataLoader(TensorDataset(torch.rand(32, 4)), batch_size=4)
run = LightningRun("mine")
trainer = Trainer(max_epochs=int(sys.argv[1]), logger=run, callbacks=[run], log_every_n_steps=1,
                  accelerator="cpu", enable_checkpointing=False, enable_progress_bar=False,
                  enable_model_summary=False)
trainer.fit(Net(0.01), data, data)
"""

HUGGING_FACE = """
import sys, torch
from transformers import Trainer, TrainingArguments
from core.tracking.integrations.hugging_face import HuggingFaceRun

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)
    def forward(self, x, labels=None):
        return {"loss": (self.layer(x) - labels).square().mean()}

data = [{"x": torch.rand(4), "labels": torch.rand(1)} for _ in range(32)]
arguments = TrainingArguments("out", num_train_epochs=float(sys.argv[1]), logging_steps=1, report_to=[],
                              save_strategy="no", eval_strategy="epoch", use_cpu=True, disable_tqdm=True)
Trainer(Net(), arguments, train_dataset=data, eval_dataset=data, callbacks=[HuggingFaceRun("mine")]).train()
"""

KERAS = """
import os, sys
os.environ["KERAS_BACKEND"] = "torch"
import keras, numpy as np
from core.tracking.integrations.keras import KerasRun

model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse")
x, y = np.random.rand(32, 4), np.random.rand(32, 1)
model.fit(x, y, batch_size=4, epochs=int(sys.argv[1]), validation_data=(x, y), verbose=0,
          callbacks=[KerasRun("mine", config={"lr": 0.01})])
"""


@pytest.mark.parametrize(
    ("library", "source", "counts", "setting"),
    [
        ("lightning", LIGHTNING, {"train/loss": 16, "val/loss": 2}, ("lr", "0.01")),
        ("transformers", HUGGING_FACE, {"train/loss": 8, "eval/loss": 2}, ("num_train_epochs", "2.0")),
        ("keras", KERAS, {"batch/loss": 16, "train/loss": 2, "val/loss": 2}, ("lr", "0.01")),
    ],
)
def test_one_line_records_a_run_and_lets_it_be_stopped(
    library: str, source: str, counts: dict[str, int], setting: tuple[str, str], tmp_path: Path
) -> None:
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed: uv pip install {library}")
    (whole, begun) = (tmp_path / "whole", tmp_path / "begun")
    whole.mkdir()
    begun.mkdir()
    run = finished(source, whole)
    assert run.outcome is Outcome.FINISHED
    assert {tag: run.series[tag].count for tag in counts} == counts
    assert run.config[setting[0]] == setting[1]
    stopped = stopped_on_the_way(source, begun)
    assert (stopped.outcome, stopped.why) == (Outcome.STOPPED, "asked to, from another terminal")
