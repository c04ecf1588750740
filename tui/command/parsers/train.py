"""The parser of `cifar-tui` itself: its flags, in groups, and what their help says."""

import argparse
from pathlib import Path
from typing import Final

from core import __version__
from core.config.grid import NORMS, SEEDS
from core.config.presets import Norm
from core.config.recipe_text import editable
from core.config.run_config import RunConfig, settings
from core.config.settings import Setting
from core.config.suite_config import SuiteConfig, suite_settings
from core.environment import MIRROR_VARIABLE
from tui.command.parsers.shared import (
    DEFAULT_RUNS_DIR,
    Add,
    OneLineParser,
    add_report_flags,
    add_screen_flags,
)

_AFTER_FLAGS: Final = """\
commands:
  cifar-tui [FLAGS]                      open the dashboard, or train --headless
  cifar-tui attach [RUN]                 show a suite again, live or replayed
  cifar-tui resume SUITE [RUN...]        go on, with the same bits
  cifar-tui report RUNS... --export FILE make a report from event files alone
  cifar-tui open PATH...                 show what any other loop trains
  cifar-tui export RUN --to FORMAT       all numbers for TensorBoard, CSV, ...
  cifar-tui serve [FLAGS]                show the dashboard in a browser
  cifar-tui export-model RUN             take its network along, as a file
  cifar-tui predict MODEL IMAGES...      what a network takes images for
  cifar-tui completion SHELL             let bash, zsh or fish complete
  cifar-tui doctor                       what is wrong here, and what to do

what --data takes:
  --data auto                     CIFAR-10, downloaded once (the default)
  --data demo                     drawn shapes, nothing to download
  --data photos                   photos/train/cat/1.jpg, photos/test/cat/2.jpg
                                  or photos/val/ in the place of photos/test/
  --data photos --test-split val  photos/val/ although there is photos/test/
  --data photos                   photos/cat/1.jpg: 10% are held out to test on
  --data photos --holdout 0.2     20% of the training images, no others
  --data photos.zip               the same in a .zip or a .tar, which may be
                                  packed (.tar.gz, .tar.bz2, .tar.xz)
  --data cifar-10-batches-py      CIFAR-10 as torchvision keeps it, or its
                                  cifar-10-python.tar.gz
  --data cifar-100-python         CIFAR-100; or cifar-100-binary, a .tar.gz of
                                  either, or CIFAR-10's cifar-10-batches-bin
  --data mnist                    mnist/train-images-idx3-ubyte and the other
                                  three, packed (.gz) or not
  --data mnist.npz                x_train, y_train, x_test, y_test; or such as
                                  train_images, train_labels; images, labels
  --data beans                    beans/data/train-00000-of-00001.parquet, ...
                                  as on Hugging Face (needs the extra parquet)
  --data torchvision:KMNIST       what torchvision downloads; torchvision:
                                  alone lists its sets

examples:
  cifar-tui --demo                                   look at it in half a minute
  cifar-tui --headless --export report.md            all of it without a screen
  cifar-tui --norm batch,group --seeds 8 --epochs 5  which is better, if any
  cifar-tui --data photos --set dropout=0.1          your images, edited recipe
"""


def train_parser() -> argparse.ArgumentParser:
    """Return the parser of `cifar-tui` itself; every setting of a run or a suite has a flag."""
    parser = OneLineParser(
        prog="cifar-tui",
        usage="%(prog)s [FLAGS], or a command, see below",
        description="Train small CIFAR-10 networks in three normalizations; watch and compare them.",
        epilog=_AFTER_FLAGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cifar-tui {__version__}")
    networks = parser.add_argument_group("networks and recipe").add_argument
    images = parser.add_argument_group("images").add_argument
    training = parser.add_argument_group("training").add_argument
    output = parser.add_argument_group("screen, runs and report").add_argument
    groups = dict.fromkeys(
        ("data", "image_size", "resize", "test_split", "holdout", "limit_train", "limit_test"), images
    )
    groups |= dict.fromkeys(("device", "flip_average", "on_divergence"), training)
    networks(
        NORMS.flag, metavar=NORMS.metavar, default=",".join(Norm), help=f"{NORMS.help} (default: %(default)s)"
    )
    for name, setting in settings().items():
        _add_setting(groups.get(name, networks), name, setting, RunConfig.__dataclass_fields__[name].default)
        if name == "seed":
            _add_setting(networks, "seeds", SEEDS, 1)
    _add_recipe_flags(networks)
    images("--demo", action="store_true", help="the same as --data demo: no download, no folder")
    images(
        "--mirror",
        metavar="URL",
        help=f"an address of CIFAR-10's cifar-10-python.tar.gz, tried before the known ones (default: what "
        f"{MIRROR_VARIABLE} names)",
    )
    for name, setting in suite_settings().items():
        default: object = SuiteConfig.__dataclass_fields__[name].default
        _add_setting(training, name, setting, "auto" if default is None else default or None)
    training("--fresh", action="store_true", help="train all runs anew, also those that were trained before")
    add_report_flags(output)
    output(
        "--runs-dir",
        metavar="FOLDER",
        type=Path,
        default=DEFAULT_RUNS_DIR,
        help="where runs are kept (default: %(default)s)",
    )
    add_screen_flags(output)
    return parser


def _add_recipe_flags(add: Add) -> None:
    add(
        "--recipe",
        metavar="FILE",
        type=Path,
        help="edit the preset's recipe by the lines of a TOML file, such as dropout = 0.1",
    )
    add(
        "--set",
        metavar="NAME=VALUE",
        dest="edits",
        action="append",
        default=[],
        help=f"edit a part of the preset's recipe: {', '.join(editable())}; may be given for several",
    )
    add(
        "--sweep",
        metavar="NAME=VALUES",
        action="append",
        default=[],
        help="train with each of a setting's or a recipe's values, such as lr=0.01,0.02; may be given for "
        "several",
    )


def _add_setting(add: Add, name: str, setting: Setting, default: object) -> None:
    shown = "" if default is None else f" (default: {default})"
    several = ", or several of them with commas" if name == "preset" else ""
    words = f"{setting.help}: {setting.kind.wanted}{several}{shown}"
    add(setting.flag, dest=name, metavar=setting.metavar, help=words)
