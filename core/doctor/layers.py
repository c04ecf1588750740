"""Whether the C++ layers, which make training on a processor fast, can be had here."""

from collections.abc import Iterator
from typing import Final

from core.doctor.examined import Examination, LayersExamined
from core.doctor.findings import Finding, Sign, Trouble, fine
from core.environment import PRECISION_VARIABLE, single_precision
from core.errors import InputError

NO_COMPILER: Final = Trouble(
    key="no-compiler",
    sign=Sign.WARNING,
    symptom="`no C++ layers: no C++ compiler` in a run's log",
    says="{reason}",
    means="on a processor torch's own layers train, which take about three times as long",
    do="install g++ or clang++: sudo apt install g++, or xcode-select --install",
)
COMPILER_FAILS: Final = Trouble(
    key="compiler-fails",
    sign=Sign.WARNING,
    symptom="`no C++ layers:` and a compiler's error in a run's log",
    says="it cannot compile: {reason}",
    means="on a processor torch's own layers train, which take about three times as long",
    do="install it anew, with its headers (Debian: g++ and libc6-dev); see CIFAR_TUI_CXXFLAGS, where set",
)
COMPILER_HANGS: Final = Trouble(
    key="compiler-hangs",
    sign=Sign.PROBLEM,
    symptom="a run stays at `compiling`",
    says="looking at it does not end: {reason}",
    means="a run waits for the compiler for minutes before it trains",
    do="CIFAR_TUI_PLAIN=1 trains without it; see which program g++ is",
)
ONE_THREAD: Final = Trouble(
    key="no-openmp",
    sign=Sign.WARNING,
    symptom="`C++ layers compute on one thread` in a run's log",
    says="{compiler} has no OpenMP",
    means="the C++ layers compute on one thread, whatever cores there are",
    do="macOS: brew install libomp, and let CPATH and LIBRARY_PATH name its folders",
)
UNUSABLE: Final = Trouble(
    key="layers-unusable",
    sign=Sign.WARNING,
    symptom="`C++ layers are compiled anew at every start` in a run's log",
    says="those in the cache cannot be used: {reason}",
    means="they are compiled again at every start, some ten seconds",
    do="as it says, or let CIFAR_TUI_CACHE name a folder of your own",
)
NO_PRECISION: Final = Trouble(
    key="precision-invalid",
    sign=Sign.PROBLEM,
    symptom="`CIFAR_TUI_PRECISION …: must be single or bf16`",
    says="{reason}",
    means="nothing is trained before that is mended",
    do="unset CIFAR_TUI_PRECISION, or let it be single",
)
TROUBLES: Final = (NO_PRECISION, NO_COMPILER, COMPILER_FAILS, COMPILER_HANGS, ONE_THREAD, UNUSABLE)


def check_layers(examination: Examination) -> Iterator[Finding]:
    """Tell of the compiler, of compiled layers, and of the arithmetic that they chose."""
    try:
        single_precision()
    except InputError as error:
        yield NO_PRECISION.found("precision", reason=error)
        return
    found = examination.layers
    if examination.unfinished == "layers":
        yield COMPILER_HANGS.found("compiler", reason=examination.ended)
    elif failure := examination.errors.get("layers"):
        yield COMPILER_FAILS.found("compiler", reason=failure)
    if found is not None:
        yield from _wanted(found) if not found.unwanted else (fine("C++ layers", f"none: {found.unwanted}"),)


def _wanted(found: LayersExamined) -> Iterator[Finding]:
    if not found.compiler:
        yield NO_COMPILER.found("compiler", reason=found.trouble)
        return
    if found.trouble:
        yield COMPILER_FAILS.found("compiler", reason=found.trouble)
    else:
        threads = ", with OpenMP" if found.threads else ""
        yield fine("compiler", f"{found.compiler}: {found.version or 'it does not say its version'}{threads}")
    if not found.threads:
        yield ONE_THREAD.found("threads", compiler=found.compiler)
    if found.unusable:
        yield UNUSABLE.found("C++ layers", reason=found.unusable)
    elif found.kept:
        precision = "bf16" if found.bf16 else "single precision"
        yield fine("C++ layers", f"in the cache; they multiply in {precision} ({PRECISION_VARIABLE})")
    elif not found.trouble:
        yield fine("C++ layers", "to be compiled at the first use, in some ten seconds")
