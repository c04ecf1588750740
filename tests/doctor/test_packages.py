import platform

from core import __version__
from core.doctor.findings import Sign
from core.doctor.packages import MISSING, NOT_INSTALLED, OUT_OF_RANGE, check_packages

INSTALLED = {"cifar-tui": __version__, "torch": "2.15.0+cpu", "rich": "13.0", "psutil": "not a version"}


def test_here_every_package_is_in_its_range() -> None:
    found = list(check_packages())
    assert {finding.sign for finding in found} == {Sign.OK}
    names = ["Python", "cifar-tui", "torch", "torchvision", "textual", "plotext", "others"]
    assert [finding.about for finding in found] == names
    assert found[0].says.startswith(platform.python_version())


def test_what_is_missing_or_out_of_its_range_is_told() -> None:
    wanted = ("psutil>=6", "rich<16,>=14", "textual>=8", "torch<3,>=2.11", 'uvloop; extra == "fast"')
    found = {finding.about: finding for finding in check_packages(wanted, INSTALLED.get)}
    assert found["torch"].says == "2.15.0+cpu"
    assert (found["rich"].trouble, found["rich"].says) == (OUT_OF_RANGE.key, "13.0, not <16,>=14")
    assert found["psutil"].trouble == OUT_OF_RANGE.key
    assert (found["textual"].trouble, found["textual"].says) == (MISSING.key, "not installed; must be >=8")
    assert found.keys() == {"Python", "cifar-tui", "torch", "textual", "rich", "psutil"}


def test_a_folder_of_sources_is_told_as_such() -> None:
    _, ourselves = check_packages((), lambda _package: None)
    assert ourselves.trouble == NOT_INSTALLED.key
