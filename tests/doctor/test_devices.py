from dataclasses import replace
from pathlib import Path

import pytest

from core.doctor.cgroups import processor_limit
from core.doctor.devices import CPU_BUILD, DRIVER, check_devices
from core.doctor.examined import DevicesExamined, Examination, TorchExamined

ON_CPU = Examination(
    torch=TorchExamined(version="2.15.0", seconds=2.0, cuda="13.0"),
    devices=DevicesExamined(
        available=("cpu",),
        name="a processor",
        threads=2,
        instruction_set="AVX2",
        metal=False,
        warnings=("CUDA initialization: The NVIDIA driver on your system is too old",),
    ),
)


def test_a_driver_that_torch_finds_no_gpu_by_is_told_with_torchs_words(tmp_path: Path) -> None:
    found = {finding.trouble: finding for finding in check_devices(ON_CPU, driver=tmp_path)}
    assert found[DRIVER.key].says.endswith("driver on your system is too old")


def test_a_torch_without_cuda_beside_a_driver_is_told(tmp_path: Path) -> None:
    built = replace(ON_CPU, torch=TorchExamined(version="2.15.0+cpu", seconds=2.0, cuda=""))
    assert CPU_BUILD.key in {finding.trouble for finding in check_devices(built, driver=tmp_path)}


def test_the_processor_is_told_also_where_torch_said_nothing(tmp_path: Path) -> None:
    (finding,) = check_devices(Examination(), driver=tmp_path / "none")
    assert finding.about == "cpu"
    assert "to use" in finding.says


@pytest.mark.parametrize(
    ("files", "own", "limit"),
    [
        ({}, "0::/", None),
        ({"cpu.max": "max 100000"}, "0::/", None),
        ({"cpu.max": "150000 100000"}, "0::/", 1.5),
        ({"jobs/cpu.max": "200000 100000", "jobs/one/cpu.max": "max 100000"}, "0::/jobs/one", 2.0),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, "4:cpu:/", None),
        ({"cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000"}, "4:cpu:/docker/1", 0.5),
        ({"cpu.max": "nonsense"}, "nonsense", None),
    ],
)
def test_the_processors_limit_is_the_least_of_all_groups_above(
    tmp_path: Path, files: dict[str, str], own: str, limit: float | None
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text + "\n")
    (tmp_path / "own").write_text(own + "\n")
    assert processor_limit(tmp_path, tmp_path / "own") == limit
