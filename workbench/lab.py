"""JupyterLab on the notebooks, set up for this workbench: a welcome page, the Workbench kernel, no news, no request to anybody.

The kernel carries the name of the usual Python kernel and takes its place, so that notebooks run elsewhere too. The settings lie in
`workbench/jupyter` and are handed over by environment variables: they are the same in a checkout and in an installed wheel, and nothing
is written into the user's own Jupyter configuration.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from workbench import paths
from workbench.errors import UsageError
from workbench.imports import light_imports

HOME = "Welcome.md"
SETTINGS = paths.PACKAGE / "jupyter"


def start(port: int | None = None, browser: bool = True) -> NoReturn:
    """Become JupyterLab: this process is replaced by the server, which prints its address and runs until it is interrupted.

    Args:
        port: where to listen on this machine; the first free one from 8888 without it.
        browser: open a window.

    Raises:
        UsageError: the notebooks cannot be copied into the current folder.
    """
    arguments = command(notebooks_folder(), port=port, browser=browser)
    os.execve(arguments[0], arguments, environment())


def command(folder: Path, port: int | None = None, browser: bool = True) -> list[str]:
    """The command that starts JupyterLab on a folder."""
    options = ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder}"]
    if (folder / HOME).exists():
        options.append(f"--LabApp.default_url=/lab/tree/{HOME}")
    if port is not None:
        options += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        options.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    return [sys.executable, "-m", "workbench.lab", *options]


def serve() -> NoReturn:
    """Be JupyterLab, without the optional modules that take longer to import than all of its own."""
    with light_imports():
        from jupyterlab import commands

        commands._yarn_config = lambda _: {"yarn config": {}}  # starts Node.js to ask where extensions come from; none are fetched
        from jupyterlab.labapp import main
    sys.exit(main())


def environment() -> dict[str, str]:
    """The environment that hands JupyterLab our settings and our kernel; the user's own stay in force beside them."""

    def first(folder: Path, variable: str) -> str:
        return os.pathsep.join(filter(None, [str(folder), os.environ.get(variable)]))

    ours = {
        "JUPYTER_CONFIG_PATH": first(SETTINGS / "etc", "JUPYTER_CONFIG_PATH"),
        "JUPYTER_PATH": first(SETTINGS / "share", "JUPYTER_PATH"),
    }
    return {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", **ours}


def notebooks_folder() -> Path:
    """The notebooks of the checkout; from an installed wheel a copy in `./notebooks`, in which no file that is there is overwritten.

    Raises:
        UsageError: the copy cannot be made.
    """
    if not paths.INSTALLED:
        return paths.NOTEBOOKS
    folder = Path.cwd() / "notebooks"
    try:
        for source in sorted(path for path in paths.NOTEBOOKS.rglob("*") if path.is_file()):
            target = folder / source.relative_to(paths.NOTEBOOKS)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    except OSError as error:
        raise UsageError(f"The notebooks cannot be copied to {folder}: {error.strerror}; change to a folder of yours.") from None
    return folder


if __name__ == "__main__":
    serve()
