"""The names in an archive, which anybody may have written: put in order, and none of them believed."""

from collections.abc import Iterator, Sequence
from typing import Final, Generic, TypeVar

from core.dataset.tree.tree import DEEPEST, Scan, is_left_by_a_system, joined

_Member = TypeVar("_Member")
_OUT: Final = ".."


class ArchiveNames(Generic[_Member]):
    """Finds an archive's members by place and name.

    Of two members of one name the later counts, as it would when they are unpacked. A name that leads out of
    the archive's own folder is passed over, and so are links, which are not followed.
    """

    def __init__(self) -> None:
        self.count = 0
        self._folders: dict[str, dict[str, None]] = {"": {}}
        self._files: dict[str, dict[str, _Member]] = {}
        self._outside = 0
        self._special = 0

    def add_folder(self, name: str) -> None:
        """Note a folder, which may be empty."""
        self._place(self._parts(name))

    def add_file(self, name: str, member: _Member) -> str | None:
        """Note a file and return its path; None where it is passed over."""
        parts = self._parts(name)
        if not parts:
            return None
        place = self._place(parts[:-1])
        self._files.setdefault(place, {})[parts[-1]] = member
        self.count += 1
        return joined(place, parts[-1])

    def add_special(self) -> None:
        """Count what is neither a file nor a folder."""
        self._special += 1

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was passed over."""
        return tuple(self._remarks())

    def scan(self, place: str) -> Scan:
        """Return what is directly in `place`."""
        return Scan(tuple(sorted(self._folders.get(place, ()))), tuple(self._files.get(place, ())))

    def member(self, file: str) -> _Member:
        """Return the member at a path."""
        place, _, name = file.rpartition("/")
        return self._files[place][name]

    def _remarks(self) -> Iterator[str]:
        if self._special:
            yield f"links and special files in an archive are not followed: {self._special:,} passed over"
        if self._outside:
            yield f"names that lead out of the archive are not believed: {self._outside:,} passed over"

    def _parts(self, name: str) -> list[str]:
        parts = [part for part in name.split("/") if part not in {"", "."}]
        if _OUT in parts or len(parts) > DEEPEST:
            self._outside += 1
            return []
        return [] if any(map(is_left_by_a_system, parts)) else parts

    def _place(self, parts: Sequence[str]) -> str:
        """Make a place known, and those it is in; return its path."""
        whole = "/".join(parts)
        if whole not in self._folders:
            place = ""
            for name in parts:
                self._folders[place][name] = None
                place = joined(place, name)
                self._folders.setdefault(place, {})
        return whole
