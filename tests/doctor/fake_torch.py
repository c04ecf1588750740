"""Packages called torch and torchvision that stand in the way of the real ones."""

from pathlib import Path

CRASHES = "import os\nos.abort()\n"
FAILS = "raise ImportError('libcudart.so.13: cannot open shared object file')\n"
IMPORTS = "__version__ = '2.11.0'\nclass version:\n    cuda = '13.0'\n"
NO_OPERATORS = "raise RuntimeError('operator torchvision::nms does not exist')\n"


def hangs(marker: Path) -> str:
    """Return what makes the file `marker`, and then never ends."""
    return f"import pathlib, time\npathlib.Path({str(marker)!r}).touch()\nwhile True:\n    time.sleep(60)\n"


def shadowing(folder: Path, torch: str, torchvision: str = IMPORTS) -> dict[str, str]:
    """Write the packages into `folder`; return the environment by which they are found first.

    There is no compiler in it, and nothing else of the system's.
    """
    for name, text in (("torch", torch), ("torchvision", torchvision)):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(text)
    (folder / "bin").mkdir()
    return {"PYTHONPATH": str(folder), "PATH": str(folder / "bin")}
