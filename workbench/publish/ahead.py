"""What the kernel of a report imports before it is asked: the modules its notebook will import.

They leave some 200,000 objects that stay. The collector of cyclic garbage would look through them again and again while they come,
a sixth of the time of it all; it is off meanwhile and passes over them afterwards.
"""

import gc
from collections.abc import Sequence
from importlib import import_module


def load(names: Sequence[str]) -> None:
    """Import the modules of these names."""
    gc.disable()
    try:
        for name in names:
            import_module(name)
        if "pandas" in names:
            import pandas as pd

            pd.options.mode.string_storage = "python"
    finally:
        gc.freeze()
        gc.enable()
