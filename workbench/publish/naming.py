"""Where a report is published: `<report>/<period>/<parameters>`, in names that are safe on every file system and tell nobody's identity."""

import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from workbench.publish.parameters import resolve
from workbench.report_definition import Definition
from workbench.settings import settings

_NOT_IN_NAME = {"start", "end", "as_of"}
_BYTES = 100


def period_name(values: Mapping[str, Any]) -> str:
    """The period as a folder name.

    >>> period_name({"start": "2026-08-01", "end": "2026-09-01"})
    '2026-08-01_2026-09-01'
    """
    return f"{values['start']}_{values['end']}"


def parameters_name(definition: Definition, values: Mapping[str, Any]) -> str:
    """The other parameters that are not at their default, as a folder name; `default` if all are.

    Different values never share a name; a private value is replaced by a keyed hash.
    """
    given = {p.name: values[p.name] for p in definition.parameters if p.required}
    usual = resolve(definition, {"start": values["start"], "end": values["end"], **given}, datetime.fromisoformat(values["as_of"]))
    parts = []
    for parameter in definition.parameters:
        value = values[parameter.name]
        if parameter.name in _NOT_IN_NAME or (value == usual[parameter.name] and not parameter.required):
            continue
        shown = "+".join(value) if isinstance(value, list) else str(value)
        parts.append((parameter.name, _keyed(shown) if parameter.private else safe_name(shown)))
    whole = "_".join(f"{name}-{text}" for name, text in parts) or "default"
    return whole if len(whole.encode()) <= 2 * _BYTES else f"{_cut(whole, _BYTES)}.{_hash(whole)}"


def safe_name(text: str) -> str:
    """The text in letters and digits of any script, `.`, `+` and `-`; where something was lost a hash tells it apart.

    >>> safe_name("mued"), safe_name("渋谷校")
    ('mued', '渋谷校')
    >>> safe_name("Asia/Tokyo") != safe_name("asia-tokyo")
    True
    """
    plain = re.sub(r"[^\w.+-]+|_", "-", unicodedata.normalize("NFC", text).lower()).strip("-.")
    plain = _cut(plain, _BYTES - 10)
    return plain if plain == text else f"{plain}.{_hash(text)}".lstrip(".")


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _keyed(text: str) -> str:
    return hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()[:12]


@cache
def _key() -> bytes:
    """The pseudonym key, or one of this process alone: then every run has a folder of its own."""
    chosen = settings().pseudonym_key
    return chosen.get_secret_value().encode() if chosen else os.urandom(32)
