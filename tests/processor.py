"""The processor that something was measured on: its model, and the instructions torch and compilers have."""

import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_BF16_FLAGS: Final = ("avx512_bf16", "amx_bf16", "bf16")
"""As /proc/cpuinfo names instructions that multiply in bf16; the last is ARM's."""

_LIMITS: Final = ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA")
"""The variables that hold torch, and oneDNN within it, to fewer instructions than there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """A processor as it was used.

    `model_name`, `family` and `model` are those of /proc/cpuinfo; they are empty or None where it has none.
    `instruction_set` is what torch chose its kernels for: "AVX512", "AVX2", "DEFAULT". `bf16_instructions`
    has the processor; `held_to` are the variables, with their values, that hold torch to less.
    """

    architecture: str
    model_name: str
    family: int | None
    model: int | None
    cores: int
    instruction_set: str
    bf16_instructions: tuple[str, ...]
    held_to: Mapping[str, str]

    @classmethod
    def of(
        cls,
        cpuinfo: str,
        *,
        architecture: str,
        instruction_set: str,
        cores: int,
        environment: Mapping[str, str],
    ) -> Self:
        """Read the text of /proc/cpuinfo; processors with several kinds of cores are named by the first."""
        facts = dict(reversed(list(_facts(cpuinfo))))
        flags = (facts.get("flags") or facts.get("Features") or "").split()
        return cls(
            architecture=architecture,
            model_name=facts.get("model name", ""),
            family=_number(facts.get("cpu family")),
            model=_number(facts.get("model")),
            cores=cores,
            instruction_set=instruction_set,
            bf16_instructions=tuple(flag for flag in _BF16_FLAGS if flag in flags),
            held_to={name: environment[name] for name in _LIMITS if name in environment},
        )

    @classmethod
    def here(cls) -> Self:
        """Read this machine's; it imports torch."""
        import torch  # noqa: PLC0415 - who makes tables of committed figures does without

        try:
            cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        except OSError:  # not Linux
            cpuinfo = ""
        return cls.of(
            cpuinfo,
            architecture=platform.machine(),
            instruction_set=torch.backends.cpu.get_cpu_capability(),
            cores=os.cpu_count() or 1,
            environment=os.environ,
        )

    @property
    def label(self) -> str:
        """What it computes with, for the name of a file: "avx512-bf16", "avx2", "aarch64-bf16"."""
        return "-".join((self._set.lower(), *self._extras)).replace("_", "-")

    @property
    def words(self) -> str:
        """What it computes with, for people: "AVX-512 and bf16", "AVX-512, AMX and bf16", "AVX2"."""
        first, *others = (self._set, *self._extras)
        words = [first.replace("AVX512", "AVX-512"), *(word.replace("amx", "AMX") for word in others)]
        return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))

    @property
    def model_words(self) -> str:
        """Which model it is, for people, as far as that is known."""
        numbers = ((name, getattr(self, name)) for name in ("family", "model"))
        return ", ".join(
            (
                self.model_name or self.architecture,
                *(f"{name} {number}" for name, number in numbers if number is not None),
            )
        )

    @property
    def _set(self) -> str:
        return self.architecture if self.instruction_set == "DEFAULT" else self.instruction_set

    @property
    def _extras(self) -> tuple[str, ...]:
        """Return "amx" and "bf16" where they are used: x86 held to less than AVX-512 has neither."""
        used = [name for name in self.bf16_instructions if name == "bf16" or self.instruction_set == "AVX512"]
        return (*(("amx",) if "amx_bf16" in used else ()), *(("bf16",) if used else ()))


def _facts(cpuinfo: str) -> Iterator[tuple[str, str]]:
    for line in cpuinfo.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
