"""Whatever the user got wrong: one line that says what would be right, exit status 2, nothing left behind."""

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import torch
from PIL import Image

from core.config.presets import Norm
from core.runs.folder import create_suite
from tests.command.programs import COMMAND, everything_in, refused, run
from tests.process.suites import small_suite

Run = Callable[..., subprocess.CompletedProcess[str]]

# what is told of a worker that gets no processor, on a machine that is very busy
_STARVED = "stalled: its process is frozen"

CLASSES = [f"class{i}" for i in range(10)]


def image_folder(root: Path) -> Path:
    """Make the smallest folder that is right: an image a class and split."""
    for split in ("train", "test"):
        for number, name in enumerate(CLASSES):
            (root / split / name).mkdir(parents=True)
            Image.new("RGB", (32, 32), (20 * number, 99, 0)).save(root / split / name / "0.png")
    return root


def broken(change: Callable[[Path], object]) -> Callable[[Path], object]:
    """Return a preparation that makes a right folder `images` and breaks it."""
    return lambda folder: change(image_folder(folder / "images"))


def half_an_archive(folder: Path) -> None:
    (folder / "images").mkdir()
    (folder / "images" / "cifar-10-python.tar.gz").write_bytes(b"\x1f\x8b half")


def only_a_text(folder: Path) -> None:
    (folder / "images").mkdir()
    (folder / "images" / "notes.txt").write_text("no images here")


def removed(path: str) -> Callable[[Path], object]:
    def change(images: Path) -> None:
        target = images / path
        if target.is_dir():
            for file in target.iterdir():
                file.unlink()
            target.rmdir()
        else:
            target.unlink()

    return broken(change)


def among_the_images(make: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda images: make(images / "train" / "class3" / "1.png")


def nothing(_folder: Path) -> None:
    pass


FLAGS = [
    ("--norm instance", "--norm instance: must be one of batch, layer, group"),
    ("--norm batch,batch", "--norm batch,batch: must have each value once"),
    ("--preset huge", "--preset huge: must be one of reference, tuned, fast, best"),
    ("--preset tuned,huge", "--preset tuned,huge: each must be one of reference, tuned, fast, best"),
    ("--epochs 0", "--epochs 0: must be a whole number from 1 to 1,000"),
    ("--batch-size -1", "--batch-size -1: must be a whole number from 1 to 10,000"),
    ("--lr nan", "--lr nan: must be a number above 0, at most 100"),
    ("--seed dice", "--seed dice: must be a whole number from 0"),
    ("--seeds many", "--seeds many: must be a whole number from 1 to 1,000, or a list of different seeds"),
    ("--seeds 3,3", "--seeds 3,3: must be a whole number from 1 to 1,000, or a list of different seeds"),
    ("--seeds 1001", "--seeds 1001: must be a whole number from 1 to 1,000"),
    ("--seeds 400", "1,200 runs: must be at most 1,000; take fewer seeds or values"),
    ("--seed 2 --seeds 3,5", "--seed 2 --seeds 3,5: give one of the two, or how many seeds from 2 on"),
    (
        "--sweep lr",
        "--sweep lr: must be NAME=VALUE,VALUE with a name of epochs, batch-size, lr, limit-train,",
    ),
    ("--sweep parallel=1,2", "--sweep parallel=1,2: must be NAME=VALUE,VALUE with a name of epochs,"),
    ("--sweep lr=0.1,nan", "--sweep lr=0.1,nan: each must be a number above 0, at most 100"),
    ("--sweep lr=0.1,0.10", "--sweep lr=0.1,0.10: must have each value once"),
    ("--sweep lr=1,2 --lr 1", "--lr 1 --sweep lr=1.0,2.0: give one of the two"),
    ("--sweep lr=1 --sweep lr=2", "--sweep lr: must be given once, with all its values"),
    ("--sweep norm=batch,group", "--sweep norm=batch,group: give --norm batch,group instead"),
    ("--sweep preset=best", "--sweep preset=best: give --preset best instead"),
    ("--sweep seed=1,2", "--sweep seed=1,2: give --seeds 1,2 instead"),
    ("--sweep data=a,b", "--sweep data=a,b: the runs of a suite have the same images; give --data"),
    ("--sweep test-split=a,b", "the runs of a suite have the same images; give --test-split once for each"),
    ("--holdout 0.1 --test-split val", "--test-split val --holdout 0.1: give one of the two"),
    ("--holdout 0.9", "--holdout 0.9: must be a number from 0.01 to 0.5"),
    ("--demo --test-split val", "--data demo --test-split val: has train and test alone; leave out"),
    ("--sweep device=cpu,cuda", "the runs of a suite have the same kind of device; give --device once"),
    ("--device cuda:0,cpu", "--device cuda:0,cpu: must be one of auto, cpu, cuda, mps, or GPUs such as"),
    ("--engine cloud", "--engine cloud: must be one of local, ray"),
    ("--address 10.0.0.1:6379", "--address 10.0.0.1:6379: is a Ray cluster's; give --engine ray as well"),
    ("--engine ray --address there", "--address there: must be auto or an address such as 10.0.0.1:6379"),
    ("--engine ray --device cuda:0", "--engine ray --device cuda:0: Ray chooses among its devices; must be"),
    ("--device tpu", "--device tpu: must be one of auto, cpu, cuda, mps"),
    ("--parallel 0", "--parallel 0: must be auto or a whole number from 1 to 16"),
    ("--parallel all", "--parallel all: must be auto or a whole number from 1 to 16"),
    ("--flip-average maybe", "--flip-average maybe: must be one of on, off"),
    ("--limit-train 0", "--limit-train 0: must be a whole number from 1"),
    ("--epoch 3", "unrecognized arguments: --epoch 3 (see cifar-tui --help)"),
    ("--epochs", "argument --epochs: expected one argument"),
    ("--demo --data images", "--demo --data images: give one of the two"),
    ("--data ", "--data"),
    ("--mirror ftp://host/file", "--mirror ftp://host/file: must be the address of a cifar-10-python.tar.gz"),
]

DISK: list[tuple[str, Callable[[Path], object], str]] = [
    ("--demo --export report.pdf", nothing, "report.pdf"),
    ("--demo --export missing/report.md", nothing, "missing"),
    ("--demo --export folder.md", lambda f: (f / "folder.md").mkdir(), "folder.md"),
    ("--demo --runs-dir taken", lambda f: (f / "taken").write_text(""), "--runs-dir taken: must be a folder"),
    ("--data nowhere", nothing, "nowhere"),
    ("--data a.jpg", lambda f: (f / "a.jpg").write_bytes(b""), "a.jpg"),
    ("--data images", only_a_text, "images"),
    ("--data images", half_an_archive, "cifar-10-python.tar.gz"),
    ("--data images", removed("test/class4"), "class4"),
    ("--data images", removed("train/class7/0.png"), "class7"),
]

# these are found while the images are read, by the worker
IMAGES: list[tuple[str, Callable[[Path], object], str]] = [
    ("--data images", broken(lambda i: (i / "train/class3/0.png").write_bytes(b"no image")), "class3/0.png"),
    ("--data images", broken(among_the_images(os.mkfifo)), "train/class3/1.png is a pipe; replace or remove"),
    ("--demo --limit-test 5000 --runs-dir own/new/er", lambda f: (f / "own").mkdir(), "--limit-test 5000"),
]


def refusal(arguments: list[str], folder: Path, run: Run = refused) -> str:
    """Run the command, which must refuse, and return its one line."""
    before = everything_in(folder)
    result = run(*arguments, cwd=folder)
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if _STARVED not in line]
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("cifar-tui: ")
    assert everything_in(folder) == before
    return lines[0]


@pytest.mark.parametrize(("flags", "message"), FLAGS, ids=[flags for flags, _ in FLAGS])
def test_a_bad_flag(flags: str, message: str, tmp_path: Path) -> None:
    assert message in refusal(["--headless", *flags.split(" ")], tmp_path)


@pytest.mark.parametrize(("flags", "prepare", "message"), DISK, ids=[f"{f} {m}" for f, _, m in DISK])
def test_a_bad_path(flags: str, prepare: Callable[[Path], object], message: str, tmp_path: Path) -> None:
    prepare(tmp_path)
    assert message in refusal(["--headless", *flags.split()], tmp_path)


@pytest.mark.parametrize(("flags", "prepare", "message"), IMAGES, ids=[f"{f} {m}" for f, _, m in IMAGES])
def test_bad_images(flags: str, prepare: Callable[[Path], object], message: str, tmp_path: Path) -> None:
    prepare(tmp_path)
    said = refusal(["--headless", "--export", "report.md", *flags.split()], tmp_path, run)
    assert message in said.replace(",", "")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device")
def test_a_device_that_is_not_there(tmp_path: Path) -> None:
    said = refusal(["--headless", "--demo", "--device", "cuda:0,cuda:1"], tmp_path, run)
    assert "must be one of auto, cpu" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--headless", *FLAGS[0][0].split()], FLAGS[0][1]),
        (["--headless", "--data", "nowhere"], "nowhere"),
        (["attach", "nowhere"], "attach nowhere: must be a suite's folder"),
    ],
    ids=["flag", "path", "command"],
)
def test_the_real_process_refuses_alike(arguments: list[str], message: str, tmp_path: Path) -> None:
    said = refusal(arguments, tmp_path, run)
    assert message in said
    assert said == refusal(arguments, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report", "nowhere", "--export", "report.md"], "nowhere"),
        (["report", "--export", "report.md"], "the following arguments are required: RUNS"),
        (["report", "nowhere"], "the following arguments are required: --export"),
        (["atach"], "unrecognized arguments: atach (see cifar-tui --help)"),
        (["attach", "--run", "batch"], "unrecognized arguments: --run (see cifar-tui attach --help)"),
        (["attach", "one", "two"], "unrecognized arguments: two"),
        (["attach"], "there is no suite in runs; train one first"),
        (["attach", "--runs-dir", "nowhere"], "there is no suite in nowhere"),
        (["attach", "nowhere"], "attach nowhere: must be a suite's folder"),
    ],
)
def test_a_bad_command(arguments: list[str], message: str, tmp_path: Path) -> None:
    assert message in refusal(arguments, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["attach", "20260102-000000-tuned"], "cannot be read as a suite of this version"),
        (["attach", "--runs-dir", "runs/notes.txt"], "--runs-dir runs/notes.txt: cannot be read"),
        (["attach", "runs/notes.txt"], "attach runs/notes.txt: must be a suite's folder"),
        (["attach", "20260101-000000-reference"], "attach needs a terminal"),
        (["attach", "runs/20260101-000000-reference/batch"], "attach needs a terminal"),
    ],
)
def test_a_suite_that_cannot_be_attached_to(arguments: list[str], message: str, tmp_path: Path) -> None:
    suite = create_suite(tmp_path / "runs", small_suite(Norm.BATCH), datetime(2026, 1, 1, tzinfo=UTC))
    suite.run("batch").path.mkdir()
    suite.run("batch").events.write_text("")
    (tmp_path / "runs" / "notes.txt").write_text("")
    (tmp_path / "runs" / "20260102-000000-tuned").mkdir()
    (tmp_path / "runs" / "20260102-000000-tuned" / "suite.json").write_text("{")
    assert message in refusal(arguments, tmp_path)


@pytest.mark.parametrize(
    ("flags", "prepare", "message"),
    [
        ("--epochs 0", nothing, "--epochs 0: must be a whole number"),
        ("--parallel two", nothing, "--parallel two: must be auto or a whole number"),
        ("--demo --export report.pdf --ascii", nothing, "report.pdf"),
        ("--demo --runs-dir taken/below", lambda f: (f / "taken").write_text(""), "--runs-dir taken/below"),
        ("--data nowhere --no-mouse", nothing, "nowhere"),
        ("--no-mouse=1", nothing, "argument --no-mouse: ignored explicit argument '1'"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_opened(
    flags: str, prepare: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    prepare(tmp_path)
    assert message in refusal(flags.split(), tmp_path)


@pytest.mark.parametrize("arguments", [["--headless", "--demo"], ["--demo"], ["resume", "suite"]])
def test_a_precision_there_is_not_is_refused_before_anything_is_opened(
    arguments: list[str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=tmp_path,
        env=os.environ | {"CIFAR_TUI_PRECISION": "half"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        2,
        "cifar-tui: CIFAR_TUI_PRECISION half: must be single or bf16\n",
    )
    assert list(tmp_path.iterdir()) == []
