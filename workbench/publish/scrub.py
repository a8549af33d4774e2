"""Secrets out of notebooks: whatever a cell printed, no password, key or private value is written to a file."""

import html
import json
import os
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus, unquote

from workbench.settings import settings

HIDDEN = "***"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_SECRET_VARIABLE = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|PSEUDONYM_KEY|DATABASE_URL|REPLICA_URL")
_IN_URL = re.compile(r"(?<=://)([^\s/:@]*):([^\s/@]*)@")
_SHORT = 4


def secrets(*urls: str, private: Iterable[str] = ()) -> list[str]:
    """Every text that must not be written, longest first: addresses, their passwords, secret settings, private values.

    Passwords shorter than four characters are hidden where they stand in an address, not in every word that happens to hold them.
    """
    found = {value for name, value in os.environ.items() if _SECRET_VARIABLE.search(name)} | set(urls)
    chosen = settings()
    found |= {secret.get_secret_value() for secret in (chosen.database_url, chosen.replica_url, chosen.pseudonym_key) if secret}
    for url in list(found):
        found |= {password for _, raw in _IN_URL.findall(url) for password in (raw, unquote(raw))}
    found = {text for text in found if len(text) >= _SHORT} | {text for text in private if text}
    return sorted({form for text in found for form in _forms(text)}, key=len, reverse=True)


def _forms(text: str) -> set[str]:
    """The text as it looks raw, in an address, in `repr`, in JSON and in HTML."""
    return {text, quote(text, safe=""), quote_plus(text), repr(text)[1:-1], json.dumps(text)[1:-1], html.escape(text)}


def scrub_text(text: str, hide: Iterable[str]) -> str:
    """The text without secrets and without passwords in addresses.

    >>> scrub_text("postgresql://me:pw@host/db said hunter2", ["hunter2"])
    'postgresql://me:***@host/db said ***'
    """
    for secret in hide:
        text = text.replace(secret, HIDDEN)
    return _IN_URL.sub(rf"\1:{HIDDEN}@", text)


def scrub(value: Any, hide: list[str]) -> Any:
    """The same for every string inside lists and mappings (a notebook), in place where there is one; colours of the terminal go too."""
    if isinstance(value, str):
        return scrub_text(_ANSI.sub("", value), hide)
    if isinstance(value, list):
        value[:] = [scrub(item, hide) for item in value]
    elif isinstance(value, dict):
        for key in list(value):
            value[key] = scrub(value[key], hide)
    return value
