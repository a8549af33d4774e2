"""A PDF of a report's page, printed by a Chromium that is installed on the machine; nothing is downloaded."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from workbench.errors import RunFailed, UsageError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")
QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",  # pages below an address bar that nobody sees; they take a second
)  # fmt: skip
_SECONDS = 120


def find_browser() -> str:
    """The Chromium to print with.

    Raises:
        UsageError: none is installed; the sentence says what to do.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None) or next((place for place in _PLACES if Path(place).is_file()), None)
    if not found:
        raise UsageError(
            "--pdf prints with an installed Chromium and there is none; install one (Debian: apt install chromium) or drop --pdf."
        )
    return found


def print_pdf(page: Path, pdf: Path, browser: str) -> None:
    """Print the light print view of the page.

    Raises:
        RunFailed: the browser made no PDF.
    """
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="wb-chromium-", ignore_cleanup_errors=True) as profile:
        options = [f"--user-data-dir={profile}", "--virtual-time-budget=20000", "--no-pdf-header-footer", f"--print-to-pdf={pdf}"]
        try:
            command = [browser, *QUIET, *sandbox, *options, page.as_uri() + "#print"]
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise RunFailed(f"{browser} printed no PDF within {_SECONDS} s; run the report without --pdf.") from None
    if not pdf.is_file() or not pdf.stat().st_size:
        said = (done.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
        raise RunFailed(f"{browser} printed no PDF (exit code {done.returncode}: {said}); run the report without --pdf.")
