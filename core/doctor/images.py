"""Whether the images are at hand, whole, and where a download would come from; the network is not asked."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from core.dataset.availability import look_for
from core.dataset.cache_keys import downloaded_key, entries_folder
from core.doctor.findings import Finding, Sign, Trouble, fine
from core.environment import own_mirror
from core.errors import InputError

UNUSABLE: Final = Trouble(
    key="data-unusable",
    sign=Sign.PROBLEM,
    symptom="`--data …` and what is wrong with it, at the start",
    says="{reason}",
    means="runs on these images end before they begin",
    do="give another source by --data; --data demo needs neither files nor network",
)
DAMAGED: Final = Trouble(
    key="cache-damaged",
    sign=Sign.WARNING,
    symptom="`cache entry … is damaged; decoding again`",
    says="{folder} is damaged: {reason}",
    means="the images are made again at the next start, from the archive or by a new download",
    do="nothing; where it comes again, look after that disk",
)
NO_ADDRESS: Final = Trouble(
    key="mirror-invalid",
    sign=Sign.PROBLEM,
    symptom="`CIFAR_TUI_MIRROR …: must be the address of a cifar-10-python.tar.gz`",
    says="{reason}",
    means="the download does not begin",
    do="mend the address, or unset CIFAR_TUI_MIRROR",
)
NO_PLACE: Final = Trouble(
    key="download-no-place",
    sign=Sign.PROBLEM,
    symptom="`CIFAR-10 can't be downloaded to …`",
    says="{what}, and the cache folder cannot be written",
    means="runs on --data auto end before they begin",
    do="let CIFAR_TUI_CACHE name a folder of your own; --data demo needs no download",
)
TROUBLES: Final = (UNUSABLE, DAMAGED, NO_ADDRESS, NO_PLACE)


def check_images(
    data: str, cache: Path | None, addresses: Sequence[str], *, can_keep: bool
) -> Iterator[Finding]:
    """Look for what `--data` names, of which the cache `can_keep` a download or not.

    `addresses` are those that CIFAR-10 is published at, where they are known.
    """
    source = look_for(data)
    about = f"--data {data}"
    if not source.usable:
        yield UNUSABLE.found(about, reason=source.text)
        return
    if not source.found and not can_keep:
        yield NO_PLACE.found(about, what=source.text)
        return
    yield fine(about, source.text)
    if data != "auto" or cache is None:
        return
    if source.found:
        yield from _check_entry(entries_folder(cache) / downloaded_key(cache))
    else:
        yield _download(addresses)


def _check_entry(folder: Path) -> Iterator[Finding]:
    """Read all of the decoded images: every byte must be what was written."""
    from core.dataset.decoded import DamagedEntryError, read_entry  # noqa: PLC0415 - numpy, seldom needed

    try:
        found = read_entry(folder)
    except DamagedEntryError as error:
        yield DAMAGED.found("decoded images", folder=folder, reason=error)
    else:
        if found is not None:
            count = len(found.train.labels) + len(found.test.labels)
            yield fine("decoded images", f"{count:,}, whole and verified, in {folder}")


def _download(addresses: Sequence[str]) -> Finding:
    try:
        mirror = own_mirror()
    except InputError as error:
        return NO_ADDRESS.found("download", reason=error)
    places = ", then ".join((*([mirror] if mirror else []), *addresses))
    return fine("download", f"from {places or 'the addresses that torchvision names'} (not tried)")
