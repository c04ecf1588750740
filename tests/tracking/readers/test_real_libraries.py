"""Files of the real tools; those that are no part of the development environment are skipped.

``uv pip install lightning transformers accelerate wandb trackio`` has them all tried.
"""

import json
import os
import subprocess
import sys
import textwrap
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.runs.run_state import Outcome
from tests.tracking.readers.follow import Follower, Run, follow

STEPS = 60
PATIENCE_SECONDS = 300
LOSSES = [1 / (step + 3) for step in range(STEPS)]


def needs(*packages: str) -> pytest.MarkDecorator:
    missing = [package for package in packages if find_spec(package) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)}: not installed")


class Program:
    """A program that writes half of its values, waits until it is told to go on, and writes the rest."""

    def __init__(self, folder: Path, text: str) -> None:
        self._go_on = folder / "go-on"
        pause = f"""
        import os, time
        losses = {LOSSES!r}
        def half():
            open({str(folder / "half")!r}, "w").close()
            while not os.path.exists({str(self._go_on)!r}):
                time.sleep(0.05)
        """
        environment = {
            **os.environ,
            "HF_HUB_OFFLINE": "1",
            "TRACKIO_DIR": str(folder / "out"),
            "WANDB_MODE": "offline",
            "WANDB_DIR": str(folder),
            "CUDA_VISIBLE_DEVICES": "",
        }
        program = textwrap.dedent(pause) + textwrap.dedent(text)
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._half = folder / "half"

    def wait_for_half(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._half.exists():
            assert self._process.poll() is None, self._process.communicate()[1]
            assert time.monotonic() < end
            time.sleep(0.05)

    def finish(self, status: int = 0) -> None:
        self._go_on.touch()
        errors = self._process.communicate(timeout=PATIENCE_SECONDS)[1]
        assert self._process.returncode == status, errors


def read_twice(folder: Path, text: str, out: str, *, status: int = 0) -> tuple[int, dict[str, Run]]:
    """Return how many values were there at half time, and the runs as they are in the end."""
    (folder / out).mkdir()
    program = Program(folder, text)
    program.wait_for_half()
    followed = followed_with_values(folder / out)
    early = sum(len(curve) for run in followed.runs.values() for curve in run.curves.values())
    program.finish(status)
    for source in follow(folder / out).sources:
        if source.path not in {known.path for known in followed.sources}:
            followed.sources.append(source)
    return early, followed.poll()


def followed_with_values(path: Path) -> Follower:
    """Wait for what a tool writes in its own time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        followed = follow(path)
        if any(run.curves for run in followed.poll().values()):
            return followed
        assert time.monotonic() < end
        time.sleep(0.2)


@needs("lightning", "yaml")
def test_lightning(tmp_path: Path) -> None:
    early, runs = read_twice(
        tmp_path,
        """
        import torch, lightning
        from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger
        class Net(lightning.LightningModule):
            def __init__(self, rate=0.5):
                super().__init__()
                self.save_hyperparameters()
                self.layer = torch.nn.Linear(1, 1)
            def training_step(self, batch, index):
                self.log("loss", losses[self.global_step], prog_bar=False)
                return self.layer(batch[0]).sum()
            def validation_step(self, batch, index):
                self.log("val/step", float(self.global_step))
            def on_validation_epoch_end(self):
                if self.current_epoch == 2:
                    self.log("late", 0.25)
            def on_train_epoch_end(self):
                if self.current_epoch == 2:
                    half()
            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), 0.1)
        def main():
            data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.zeros(10, 1)))
            loggers = [CSVLogger("out", "csv", flush_logs_every_n_steps=5), TensorBoardLogger("out", "board")]
            trainer = lightning.Trainer(
                max_epochs=6, logger=loggers, log_every_n_steps=1, accelerator="cpu", num_sanity_val_steps=0,
                enable_progress_bar=False, enable_model_summary=False, enable_checkpointing=False)
            trainer.fit(Net(), data, data)
        main()
        """,
        "out",
    )
    assert early > 20
    table, board = runs["csv/version_0"], runs["board/version_0"]
    assert table.state.config == board.state.config == {"rate": "0.5"}
    losses = [(step, float(np.float32(loss))) for step, loss in enumerate(LOSSES)]  # as Lightning has them
    assert table.curves["loss"] == board.curves["loss"] == losses
    assert [value for _, value in table.curves["val/step"]] == [10, 20, 30, 40, 50, 60]
    assert table.curves["late"] == [(29, 0.25)]
    assert table.state.series["loss"].count == STEPS


@needs("transformers", "accelerate")
def test_transformers(tmp_path: Path) -> None:
    early, runs = read_twice(
        tmp_path,
        """
        import torch
        from transformers import Trainer, TrainerCallback, TrainingArguments
        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(1, 1)
            def forward(self, x, labels=None):
                return {"loss": ((self.layer(x) - labels) ** 2).mean()}
        class Data(torch.utils.data.Dataset):
            def __len__(self): return 60
            def __getitem__(self, i): return {"x": torch.tensor([i / 60]), "labels": torch.tensor([i / 30])}
        class Half(TrainerCallback):
            def on_step_end(self, args, state, control, **_):
                if state.global_step == 31:
                    half()
        def main():
            arguments = TrainingArguments(
                "out/run", max_steps=60, per_device_train_batch_size=1, logging_steps=1, save_steps=10,
                save_total_limit=2, report_to=[], use_cpu=True, disable_tqdm=True, save_strategy="steps")
            trainer = Trainer(Net(), arguments, train_dataset=Data(), callbacks=[Half()])
            trainer.train()
        main()
        """,
        "out",
    )
    state = json.loads((tmp_path / "out/run/checkpoint-60/trainer_state.json").read_text())
    logged = [line for line in state["log_history"] if "loss" in line]
    assert early == 30 * (len(logged[0]) - 1)
    assert list(runs) == ["run"]
    for tag in ("loss", "grad_norm", "learning_rate", "epoch"):
        assert runs["run"].curves[tag] == [(line["step"], line[tag]) for line in logged]
    assert len(logged) == STEPS
    assert runs["run"].state.outcome is Outcome.FINISHED


@needs("wandb")
def test_wandb(tmp_path: Path) -> None:
    early, runs = read_twice(
        tmp_path,
        """
        import wandb
        with wandb.init(project="p", name="baseline", config={"lr": 0.1, "net": {"width": 8}}) as run:
            for step, loss in enumerate(losses):
                run.log({"loss": loss, "deep": {"er": step}, "nan": float("nan"), "text": "x"})
                if step == 29:
                    half()
            run.config.update({"late": 1})
            run.summary["best"] = min(losses)
            run.finish(exit_code=3)
        """,
        "wandb",
    )
    (run,) = runs.values()
    assert 0 < early <= 90
    assert run.curves["loss"] == list(enumerate(LOSSES))
    assert run.curves["deep/er"] == [(step, step) for step in range(STEPS)]
    assert len(run.curves["nan"]) == STEPS
    assert run.curves["best"] == [(STEPS - 1, min(LOSSES))]
    assert run.state.config == {"lr": "0.1", "net/width": "8", "late": "1"}
    assert (run.state.outcome, run.state.notices) == (Outcome.FAILED, ())


@needs("wandb")
def test_the_messages_have_wandbs_own_numbers() -> None:
    import wandb.proto.wandb_internal_pb2 as theirs  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    from core.tracking.readers.wandb_messages import record_class  # noqa: PLC0415

    def compare(ours: Any, own: Any) -> None:  # noqa: ANN401 - messages that are made at run time
        for field in ours.fields:
            other = own.fields_by_number[field.number]
            assert field.name == {"update": "item"}.get(other.name, other.name)
            text_and_bytes = {field.TYPE_STRING: field.TYPE_BYTES}
            assert text_and_bytes.get(other.type, other.type) == field.type
            if field.message_type is not None:
                compare(field.message_type, other.message_type)

    for name in ("history", "summary", "config", "run", "exit"):
        record = theirs.Record.DESCRIPTOR.fields_by_name[name]
        ours = record_class().DESCRIPTOR.fields_by_name[name]
        assert ours.number == record.number


@needs("trackio")
def test_trackio(tmp_path: Path) -> None:
    early, runs = read_twice(
        tmp_path,
        """
        import trackio
        for name in ("first", "second"):
            trackio.init(project="p", name=name, config={"lr": 0.1}, embed=False)
            for step, loss in enumerate(losses):
                trackio.log({"loss": loss, "deep": {"er": step}, "nan": float("nan"), "inf": float("inf")})
                if step == 29 and name == "first":
                    half()
            trackio.finish()
        """,
        "out",
    )
    assert early > 0
    assert sorted(runs) == ["p/first", "p/second"]
    for run in runs.values():
        assert run.curves["loss"] == list(enumerate(LOSSES))
        assert run.curves["deep/er"] == [(step, step) for step in range(STEPS)]
        assert run.curves["inf"] == [(step, float("inf")) for step in range(STEPS)]
        assert run.state.config == {"lr": "0.1"}
        assert run.state.notices == ()
