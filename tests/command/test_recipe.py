"""A recipe edited at the command line: where it goes, and what is refused of it."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.config.presets import Preset
from core.config.run_config import RunConfig
from core.errors import InputError
from tests.command.test_bad_input import nothing, refusal
from tui.cli import main
from tui.command.flags import in_full, run_grid
from tui.command.parsers import train_parser


def grid(*arguments: str, recipe: Mapping[str, object] | None = None) -> tuple[RunConfig, ...]:
    return run_grid(train_parser().parse_args(arguments), recipe).runs()


def test_flags_outweigh_the_file() -> None:
    recipe = {"dropout": 0.2, "crop_padding": 3, "learning_rate": 0.5}
    (run,) = grid("--norm", "batch", "--set", "dropout=0.1", "--lr", "0.3", recipe=recipe)
    assert run.edited == {"learning_rate": 0.3, "dropout": 0.1, "crop_padding": 3}
    swept = grid("--norm", "batch", "--sweep", "dropout=0,0.1", recipe=recipe)
    assert [run.edits.dropout for run in swept] == [0.0, 0.1]


def test_an_edit_is_of_the_first_preset_that_is_given() -> None:
    (run,) = grid("--norm", "group", "--preset", "fast", "--set", "groups=16")
    assert (run.preset, run.recipe.groups) == (Preset.FAST, 16)


def test_the_command_that_is_kept_has_what_the_file_had() -> None:
    arguments = ["--recipe", "mine.toml", "--set", "dropout=0.1", "--headless"]
    options = train_parser().parse_args(arguments)
    kept = in_full(arguments, options, {"dropout": 0.2, "learning_rate": 0.5, "crop_padding": 3})
    assert kept == [
        *("--set", "dropout=0.1", "--headless"),
        *("--set", "learning_rate=0.5", "--set", "crop_padding=3"),
    ]
    assert train_parser().parse_args(kept).recipe is None


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ("--set dropout", "--set dropout: must be NAME=VALUE, such as dropout=0.1"),
        ("--set dropuot=0.1", "--set dropuot=0.1: a recipe has no such part; did you mean dropout?"),
        ("--set Crop-Padding=1", "did you mean crop_padding?"),
        ("--set dropout=2", "--set dropout=2: must be a number from 0 to 0.9"),
        ("--set flip=maybe", "--set flip=maybe: must be one of on, off"),
        ("--set epochs=3", "--set epochs=3: no part of a recipe; give --epochs 3 instead"),
        ("--set lr=1 --lr 1", "--lr 1 --set lr=1: give one of the two"),
        ("--set dropout=0.1 --set dropout=0", "--set dropout=0.1 --set dropout=0: give one of the two"),
        ("--set dropout=0.1 --sweep dropout=0,0.2", "--set dropout=0.1 --sweep dropout=0.0,0.2: give one"),
        ("--set groups=3", "groups 3: must divide every layer's channels: one of 1, 2, 4, 8"),
        ("--preset tuned,best --set dropout=0.1", "dropout 0.1: must be 0 in fast and best, which have"),
    ],
)
def test_a_wrong_edit(flags: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        grid(*flags.split())
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"dropuot = 0.1", "recipe.toml: dropuot: a recipe has no such part; did you mean dropout?"),
        (b"quux = 0.1", "recipe.toml: quux: a recipe has no such part; must be one of learning_rate,"),
        (b"dropout = 10", "recipe.toml: dropout = 10: must be a number from 0 to 0.9"),
        (b'dropout = "0.1"', 'dropout = "0.1": must be a number from 0 to 0.9'),
        (b"dropout = nan", "dropout = nan: must be a number from 0 to 0.9"),
        (b"dropout = true", "dropout = true: must be a number from 0 to 0.9"),
        (b"flip = 1", "flip = 1: must be true or false"),
        (b"optimizer = true", 'optimizer = true: must be one of "sgd", "muon"'),
        (b"crop_padding = 1.0", "crop_padding = 1.0: must be a whole number from 0 to 16"),
        (b"lr = 1" + b"0" * 400, "must be a number above 0, at most 100"),
        (b"epochs = 3", "recipe.toml: epochs: no part of a recipe; give --epochs instead"),
        (b"lr = 0.1\nlearning_rate = 0.2", "is there by another name already"),
        (b"dropout 0.1", "is no TOML (Expected '=' after a key"),
        (b"a = " + b"[" * 60_000, "is no TOML (a value is beyond all bounds)"),
        (b"\xff", "is no UTF-8 text, at byte 0"),
        (
            b"#" * 70_000,
            "cannot be read (it is larger than any of ours); must be a TOML file of at most 64 KiB",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_file(
    content: bytes,
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("recipe.toml").write_bytes(content)
    assert main(["--headless", "--recipe", "recipe.toml"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("cifar-tui: --recipe recipe.toml: ") or "recipe.toml: " in said
    assert told in said
    assert [path.name for path in tmp_path.iterdir()] == ["recipe.toml"]


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (nothing, "--recipe recipe.toml: cannot be read (No such file or directory)"),
        (lambda folder: os.mkfifo(folder / "recipe.toml"), "cannot be read (it is no regular file)"),
        (lambda folder: (folder / "recipe.toml").symlink_to("/dev/zero"), "cannot be read (it is no regular"),
    ],
)
def test_no_file(prepare: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    prepare(tmp_path)
    assert told in refusal(["--headless", "--recipe", "recipe.toml"], tmp_path)
