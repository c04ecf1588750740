import os
from dataclasses import asdict, replace

import cattrs
import torch

from tests.processor import Processor

TWO_CORES = """\
processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 17
model name\t: AMD EPYC
flags\t\t: fpu avx2 avx512f avx512_bf16 fsrm

processor\t: 1
cpu family\t: 26
model\t\t: 2
model name\t: another
flags\t\t: fpu
"""
ARM = """\
processor\t: 0
Features\t: fp asimd bf16 i8mm
CPU implementer\t: 0x41
CPU architecture: 8
"""


def x86(
    cpuinfo: str, *, instruction_set: str = "AVX512", environment: dict[str, str] | None = None
) -> Processor:
    return Processor.of(
        cpuinfo,
        architecture="x86_64",
        instruction_set=instruction_set,
        cores=2,
        environment=environment or {},
    )


def test_a_processor_is_named_by_its_first_core() -> None:
    found = x86(TWO_CORES, environment={"HOME": "/"})
    assert found == Processor(
        architecture="x86_64",
        model_name="AMD EPYC",
        family=25,
        model=17,
        cores=2,
        instruction_set="AVX512",
        bf16_instructions=("avx512_bf16",),
        held_to={},
    )
    assert (found.label, found.words) == ("avx512-bf16", "AVX-512 and bf16")
    assert found.model_words == "AMD EPYC, family 25, model 17"


def test_an_older_one_and_one_held_to_less_are_told_apart_by_what_holds_it() -> None:
    older = x86(TWO_CORES.replace("avx512f avx512_bf16 ", ""), instruction_set="AVX2")
    held = x86(TWO_CORES, instruction_set="AVX2", environment={"ATEN_CPU_CAPABILITY": "avx2"})
    for processor in (older, held):
        assert (processor.label, processor.words) == ("avx2", "AVX2")
    assert (older.bf16_instructions, older.held_to) == ((), {})
    assert (held.bf16_instructions, held.held_to) == (("avx512_bf16",), {"ATEN_CPU_CAPABILITY": "avx2"})
    assert x86(TWO_CORES, instruction_set="DEFAULT").label == "x86-64"


def test_tiles_are_named_beside_bf16() -> None:
    tiled = x86(TWO_CORES.replace("fsrm", "amx_bf16"))
    assert (tiled.label, tiled.words) == ("avx512-amx-bf16", "AVX-512, AMX and bf16")
    assert replace(tiled, bf16_instructions=()).label == "avx512"


def test_an_arm_processor_has_no_model_to_tell() -> None:
    found = Processor.of(ARM, architecture="aarch64", instruction_set="DEFAULT", cores=8, environment={})
    assert (found.label, found.model_words) == ("aarch64-bf16", "aarch64")
    assert replace(found, instruction_set="SVE256").label == "sve256-bf16"


def test_a_system_without_cpuinfo_tells_its_architecture() -> None:
    found = x86("", instruction_set="AVX2")
    assert (found.family, found.model, found.model_words) == (None, None, "x86_64")


def test_this_machine_is_told_as_torch_sees_it_and_survives_json() -> None:
    here = Processor.here()
    assert here.instruction_set == torch.backends.cpu.get_cpu_capability()
    assert here.cores == os.cpu_count()
    assert cattrs.structure(cattrs.unstructure(here), Processor) == here
    assert asdict(here)["model_name"] == here.model_name
