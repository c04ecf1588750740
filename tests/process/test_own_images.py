"""Images that are not CIFAR-10's, from the file to the report: every form trains, and is told as it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.config.devices import Device
from core.config.image_options import Resize
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.report.export import export_report
from core.runs.image_identity import ImageIdentity
from core.runs.run_state import Outcome
from core.runs.suite_state import states_in
from tests.dataset.arrays.samples import write_cifar_binary, write_mnist
from tests.dataset.trees import files, pack
from tests.process.suites import trained_here


def _two_classes(folder: Path) -> Path:
    return pack(folder / "photos.tar.gz", files("photos/{cat,dog}/{30}.png"))


def _hundred_classes(folder: Path) -> Path:
    return write_cifar_binary(folder / "cifar-100-binary", fine=True)


def _digits(folder: Path) -> Path:
    return write_mnist(folder / "digits")


@pytest.mark.parametrize(
    ("make", "size", "numbers", "told"),
    [
        (_two_classes, 64, (2, 54, 6), "60 images of 32×32 scaled to 64×64"),
        (_hundred_classes, 32, (100, 200, 100), "cifar-100"),
        (_digits, 32, (10, 40, 20), "60 images of 28×28 padded to 32×32"),
    ],
    ids=["an archive without a split at 64", "100 classes", "28 by 28 in grey"],
)
def test_they_train_and_are_reported(
    make: Callable[[Path], Path], size: int, numbers: tuple[int, int, int], told: str, tmp_path: Path
) -> None:
    config = RunConfig(
        norm=Norm.GROUP,
        epochs=1,
        data=str(make(tmp_path)),
        device=Device.CPU,
        image_size=size,
        resize=Resize.PAD,
    )
    (run,) = states_in(trained_here(SuiteConfig((config,), "test"), tmp_path).path)
    assert run.outcome is Outcome.FINISHED
    assert run.data is not None
    assert (len(run.data.classes), run.data.train_images, run.data.test_images) == numbers
    assert run.data.identity is ImageIdentity.OTHER
    export_report([run], tmp_path / "report.md")
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert told in report
    assert "The images are not CIFAR-10: neither the limits nor published results are for them." in report
