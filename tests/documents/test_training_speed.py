import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import cattrs

from tests.documents.benchmarks import benchmarks_table
from tests.documents.training_speed import speed_sentence
from tests.processor import Processor

NEWER = Processor(
    architecture="x86_64",
    model_name="AMD EPYC",
    family=25,
    model=17,
    cores=2,
    instruction_set="AVX512",
    bf16_instructions=("avx512_bf16",),
    held_to={},
)
OLDER = replace(NEWER, model=1, family=23, cores=4, instruction_set="AVX2", bf16_instructions=())
USUAL = "times as fast as by the usual loop: a DataLoader and torch's layers"


def spread(median: float) -> dict[str, object]:
    return {"median": median, "min": median - 0.5, "max": median + 0.5, "all": [median] * 3}


def write(
    folder: Path,
    ratios: Mapping[str, float],
    *,
    preset: str = "tuned",
    optimizer: str = "sgd",
    processor: Processor = NEWER,
) -> None:
    loops = {
        name: {"optimizer": optimizer, "seconds_an_epoch": spread(10 * ratio)}
        for name, ratio in ratios.items()
    }
    figures = {
        "device": "cpu",
        "processor": cattrs.unstructure(processor),
        "preset": preset,
        "norm": "batch",
        "ours": {"optimizer": "muon", "seconds_an_epoch": spread(10.0), "device_name": "AMD EPYC"},
        "opponents": loops,
        "ratios": {name: spread(ratio) for name, ratio in ratios.items()},
    }
    name = f"bench-train-cpu-{processor.label}-{preset}-{optimizer}.json"
    (folder / name).write_text(json.dumps(figures))


def rows(folder: Path) -> list[list[str]]:
    """Return what was measured and the figures, without the names of files."""
    return [row.strip("| ").split(" | ")[1:] for row in benchmarks_table(folder).splitlines()[2:]]


def test_every_opponent_has_a_row_and_the_processor_is_named_by_its_instructions(tmp_path: Path) -> None:
    write(tmp_path, {"usual": 3.0, "good": 2.0, "good-bf16": 1.5})
    what = "AVX-512 and bf16 (AMD EPYC, family 25, model 17), `tuned`, batch norm"
    assert rows(tmp_path) == [
        [
            f"{what}: an epoch of the usual loop, the good loop, the good loop in bf16, and of ours",
            "30 s, 20 s, 15 s and 10 s",
        ],
        [f"{what}: usual loop ÷ ours", "3.00, median of 3 rounds (2.50 to 3.50)"],
        [f"{what}: good loop ÷ ours", "2.00, median of 3 rounds (1.50 to 2.50)"],
        [f"{what}: good loop in bf16 ÷ ours", "1.50, median of 3 rounds (1.00 to 2.00)"],
    ]


def test_another_optimizer_and_what_a_processor_was_held_to_are_told(tmp_path: Path) -> None:
    held = replace(NEWER, instruction_set="AVX2", held_to={"ATEN_CPU_CAPABILITY": "avx2"})
    write(tmp_path, {"good": 2.0}, optimizer="muon", processor=held)
    what = "AVX2, held to that (AMD EPYC, family 25, model 17), `tuned`, batch norm, theirs with Muon"
    assert rows(tmp_path)[-1][0] == f"{what}: good loop ÷ ours"


def test_speed_is_said_from_the_slowest_ratio_to_the_fastest(tmp_path: Path) -> None:
    write(tmp_path, {"usual": 3.04, "good": 2.0})
    write(tmp_path, {"usual": 4.16, "good": 2.5}, preset="reference")
    write(tmp_path, {"usual": 9.0}, optimizer="muon")
    assert speed_sentence(tmp_path) == (
        f"On two cores with AVX-512 and bf16, training is 3.0 to 4.2 {USUAL}; "
        "2.0 to 2.5 times as fast as by a good torch loop: images in memory, augmented in batches."
    )


def test_each_kind_of_processor_has_its_sentence(tmp_path: Path) -> None:
    write(tmp_path, {"usual": 3.0, "good-bf16": 1.5})
    write(tmp_path, {"usual": 2.0}, processor=OLDER)
    older, newer = speed_sentence(tmp_path).splitlines()
    assert older == f"On four cores with AVX2, training is 2.0 {USUAL}."
    assert newer == (
        f"On two cores with AVX-512 and bf16, training is 3.0 {USUAL}; "
        "1.5 times as fast as by the good loop in bf16."
    )
