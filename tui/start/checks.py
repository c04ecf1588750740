"""What is looked at before anything is trained: images, device, folder, report."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.config.devices import Device
from core.config.suite_config import SuiteConfig
from core.dataset.availability import look_for
from core.errors import InputError
from core.runs.folder import check_runs_dir, in_full
from tui.frame.background import ask_in_background
from tui.start.choice import Choice
from tui.start.fields import in_form

if TYPE_CHECKING:
    from core.runs.handshake import DevicesFound
    from core.supervisor.suites import Suites

_DEVICE_SECONDS: Final = 10.0  # that torch's import takes at most, on a machine that works
_DEVICE_LOOK_SECONDS: Final = 0.1


async def check_data(suite: SuiteConfig) -> None:
    """Raise InputError where the images cannot be used."""
    source = await ask_in_background(look_for, suite.runs[0].data, suite.runs[0].image_options)
    if not source.usable:
        raise InputError(source.text)


async def check_model(suite: SuiteConfig) -> None:
    """Raise InputError, in the form's words, where a network's file cannot be read."""
    try:
        await ask_in_background(in_full, suite.runs[0])
    except InputError as error:
        raise InputError(in_form(str(error))) from None


async def check_device(suite: SuiteConfig, suites: "Suites") -> None:
    """Raise InputError where a run is to compute on a device that is not here."""
    wanted = {name for run in suite.runs for name in run.device.split(",")} - {Device.AUTO}
    patience = _DEVICE_SECONDS if wanted else 0.0
    while (found := suites.devices) is None and suites.is_warming and patience > 0:
        await asyncio.sleep(_DEVICE_LOOK_SECONDS)
        patience -= _DEVICE_LOOK_SECONDS
    if found is not None and (missing := wanted.difference(found.available)):
        there = ", ".join(found.available)
        raise InputError(f"device {', '.join(sorted(missing))}: not here; there is {there}")


Places = tuple[Path, Path | None]


async def checked_places(choice: Choice, known: Places) -> Places:
    """Return where runs are kept, and where the report goes in the end; they are looked at unless `known`.

    Raises:
        InputError: either cannot be written; the message says so in the form's words.
    """
    (runs_dir,), (export,) = choice.values("runs_dir"), choice.values("export")
    places = Path(runs_dir), Path(export) if export else None
    if places != known:
        try:
            await ask_in_background(_check_places, *places)
        except InputError as error:
            raise InputError(in_form(str(error))) from None
    return places


def _check_places(runs_dir: Path, export: Path | None) -> None:
    check_runs_dir(runs_dir)
    if export is not None:
        from core.report import check_export_path  # noqa: PLC0415 - a tenth of a second, seldom wanted

        check_export_path(export)


def device_words(wanted: str, found: "DevicesFound | None") -> str:
    """Say what the device `wanted` comes to, of those `found`; None while nobody has looked."""
    if found is None:
        return f"device: {wanted}"
    if wanted == Device.AUTO:
        several = f"{found.count} of them, each " if found.count > 1 else ""
        return f"device: {found.device}, {several}{found.device_name}"
    names = {name.strip() for name in wanted.split(",")}
    there = "found" if names <= {*found.available} else f"not here; there is {', '.join(found.available)}"
    return f"device: {wanted}, {there}"
