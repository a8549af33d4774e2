"""How soon the command line answers: `workbench --help` beside a bare Python and beside the libraries the workbench stands on.

    python benchmarks/start.py [--rounds 15]

Every command is a process of its own; rounds take turns, the first does not count, medians are told. Goal: help in less than 0.3 s.
"""

import argparse
import statistics
import subprocess
import sys
import time

GOAL_S = 0.3
COMMANDS = {
    "workbench --help": ["-m", "workbench", "--help"],
    "a bare Python": ["-c", "pass"],
    "papermill --help": ["-m", "papermill", "--help"],
    "import pandas": ["-c", "import pandas"],
}


def seconds(arguments: list[str]) -> float:
    """Wall time of one run."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    """Measure, print, and say whether the goal is met."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=15)
    rounds = [{name: seconds(command) for name, command in COMMANDS.items()} for _ in range(options.parse_args().rounds + 1)][1:]
    medians = {name: statistics.median(taken[name] for taken in rounds) for name in COMMANDS}
    ours, *others = medians.items()
    print(f"{ours[0]}: {ours[1]:.2f} s, {'met' if ours[1] < GOAL_S else 'MISSED'}: under {GOAL_S} s")
    for name, took in others:
        print(f"{name}: {took:.2f} s, {took / ours[1]:.1f} times that")


if __name__ == "__main__":
    main()
