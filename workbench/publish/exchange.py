"""Swapping a folder for another: in one step where the system can (Linux, macOS), elsewhere in two that heal themselves."""

import ctypes
import os
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h of macOS


def exchange(new: Path, place: Path) -> None:
    """Make `new` stand at `place`; what stood there stands at `new` afterwards, for the caller to remove."""
    if not place.exists():
        new.rename(place)
    elif not _swap(new, place):
        old = _old(place)
        place.rename(old)
        new.rename(place)
        old.rename(new)


def recover(place: Path) -> None:
    """Undo the first of the two steps if a process was killed between them."""
    old = _old(place)
    if old.exists() and not place.exists():
        old.rename(place)
    elif old.exists():
        old.rename(place.with_name(f".{place.name}.new-old"))


def _old(place: Path) -> Path:
    return place.with_name(f".{place.name}.old")


def _swap(one: Path, other: Path) -> bool:
    """Whether the system swapped the two names in one step."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            return library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0
        return library.renamex_np(*names, _RENAME_SWAP) == 0
    except (AttributeError, OSError):
        return False
