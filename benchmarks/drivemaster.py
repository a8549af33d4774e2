"""DriveMaster's promises in figures: replay and fit of knowledge tracing, and ten million events loaded from a file.

    python benchmarks/drivemaster.py [--only replay fit load] [--answers 10000000] [--rows 10000000] [--rounds 3] [--data FOLDER] [--json]

replay  `bkt.replay` of so many answers of learners × 149 concepts, 11 answers each on average, against plain Python loops over lists: one
        that carries the log-odds as definition P1 asks, and the shorter textbook one in probabilities, which is wrong from some hundred
        answers on. The loops run over a tenth of the answers and are scaled.
        "sorted": answers by learner, concept and time. "in order": by learner and time, concepts mixed.
fit     `bkt_fit.fit` on the training answers of assistments09 in `--data` (or WORKBENCH_REAL_DATA), AUC on its test learners; and the
        published predictions of hmm-scalable against `bkt.replay` with the published parameters.
load    so many simulated events of a year (20 000 learners, 5 000 items) into `drivemaster.learning_events`, on a server of its own on
        disk with fsync off: `load_table(…, backfill=True)` from a Parquet file up to the commit, against the same rows as ready-made
        bytes in one binary COPY into the same table without indexes, references and triggers, and the indexes built afterwards.
        "checked" adds the references to the bare way, which the load has checked too.

"Wall" is time on the clock, "CPU" that of this process and of the server's processes together: other work on the machine moves it less.

Two cores, quiet for the replay and the fit, busy (load average 5) for the load:

    part    what                                                    wall s     CPU s    ratio  goal
    replay  10,000,000 answers sorted                                 0.50      0.84
    replay    log odds loop, 0 of 1,000,000 wrong                    24.33     24.40    48.92  >= 20
    replay    textbook loop, 0 of 1,000,000 wrong                    11.82     11.90    23.76  >= 20
    replay  10,000,000 answers in order                               0.89      1.21
    replay    log odds loop, 0 of 1,000,000 wrong                    21.68     21.70    24.47  >= 20
    replay    textbook loop, 0 of 1,000,000 wrong                    10.40     10.30    11.74  >= 20 (missed)
    fit     149 concepts, 220,070 answers: seconds                    1.40      1.39    1.397  < 60
    fit     AUC on 58,266 answers of other learners                                     0.716  >= 0.704
    fit     largest difference to published predictions, 1e-9                            0.05  < 4
    load      bare COPY                                             140.79     95.34
    load      bare indexes                                           88.82     59.97
    load      bare references                                        22.76     12.80
    load    load_table, back-fill: 10,000,000 events, 582 MB Parquet    242.52    171.84
    load      against bare COPY and indexes                         229.62    155.31     1.06  <= 1.5
    load      against the same, references checked                  252.37    168.11     0.96
    load      CPU against bare COPY and indexes                     229.62    155.31     1.11

In three later runs, when plain Python ran twice as fast on the same machine, the replay took 0.32 to 0.39 s sorted (32 to 40 times as fast
as the log-odds loop, 16 to 21 times as the textbook one) and 0.67 to 0.75 s in order (15 to 17 and 7 to 8 times: missed).

By CPU alone, as where only one core is free, the replay is 18 to 29 times as cheap as the log-odds loop and 8 to 14 times as the other.
Answers that are not sorted by learner and concept have to be sorted first, and put back into their order.
"""

import argparse
import json
import math
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from drivemaster_load import Figure, loading, timed

from workbench.metrics import bkt, bkt_fit, calibration

CONCEPTS, MEAN_LENGTH = 149, 11


def main() -> None:
    """Measure, and print a table."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--only", nargs="+", choices=["replay", "fit", "load"], default=["replay", "fit", "load"])
    asked.add_argument("--answers", type=int, default=10_000_000)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--rounds", type=int, default=3, help="of the replay; the best counts")
    asked.add_argument("--data", type=Path, default=os.environ.get("WORKBENCH_REAL_DATA"), help="folder that holds assistments09")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    parts = {
        "replay": lambda: replay(options.answers, options.rounds),
        "fit": lambda: fit(Path(options.data or asked.error("fit needs --data")) / "assistments09"),
        "load": lambda: loading(options.rows),
    }
    figures = []
    if not options.json:
        print(f"{'part':8}{'what':52}{'wall s':>10}{'CPU s':>10}{'ratio':>9}  goal")
    for name in options.only:
        for figure in parts[name]():
            figures.append(figure)
            if not options.json:
                print(figure.text, flush=True)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))


# Replay


def replay(count: int, rounds: int) -> Iterator[Figure]:
    """The vectorised replay against the loops, for answers in two orders."""
    rng = np.random.default_rng(7)
    lengths = rng.geometric(1 / MEAN_LENGTH, size=count // MEAN_LENGTH + CONCEPTS)
    sequence = np.repeat(np.arange(len(lengths)), lengths)[:count]
    right = rng.random(len(sequence)) < 0.66
    given = bkt.parameters(*(rng.uniform(*bounds, CONCEPTS) for bounds in ((0.2, 0.6), (0.05, 0.3), (0.1, 0.3), (0.05, 0.2))))
    by_time = np.lexsort((rng.random(len(sequence)), sequence // CONCEPTS))
    for name, answers in (("sorted", sequence), ("in order", sequence[by_time])):
        key = answers % CONCEPTS
        found: list[bkt.Replay] = []
        ours = min(timed(lambda a=answers, k=key, f=found: f.append(bkt.replay(a, k, right, given))) for _ in range(rounds))
        yield Figure("replay", f"{count:,} answers {name}", *ours)
        some = max(1, count // 10)
        lists = answers[:some].tolist(), key[:some].tolist(), right[:some].tolist()
        for loop in (log_odds_loop, textbook_loop):
            told: list[list[float]] = []
            wall, cpu = (seconds * count / some for seconds in timed(lambda t=told, w=loop, s=lists: t.extend(w(*s, given))))
            wrong = int((np.abs(np.array(told[0]) - found[0].predicted[:some]) > 1e-6).sum())
            assert wrong == 0 or loop is textbook_loop
            yield Figure("replay", f"  {loop.__name__.replace('_', ' ')}, {wrong} of {some:,} wrong", wall, cpu, wall / ours[0], ">= 20")
            yield Figure("replay", "    the same by CPU time", wall, cpu, cpu / ours[1])


def log_odds_loop(sequence: list[int], key: list[int], right: list[bool], given: bkt.Parameters) -> tuple[list[float], list[float]]:
    """Definition P1, one answer after the other: predictions, and log-odds after each."""
    prior, learn, guess, slip = (column.tolist() for column in (given.prior, given.learn, given.guess, given.slip))
    exp, log, log1p = math.exp, math.log, math.log1p
    state: dict[int, float] = {}
    predicted, after = [], []
    for which, concept, correct in zip(sequence, key, right, strict=True):
        odds = state[which] if which in state else log(prior[concept] / (1 - prior[concept]))
        g, s, t = guess[concept], slip[concept], learn[concept]
        predicted.append(g + (1 - s - g) / (1 + exp(-odds)))
        odds += log((1 - s) / g) if correct else log(s / (1 - g))
        low, high = (odds, log(t)) if odds < log(t) else (log(t), odds)
        state[which] = odds = high + log1p(exp(low - high)) - log1p(-t)
        after.append(odds)
    return predicted, after


def textbook_loop(sequence: list[int], key: list[int], right: list[bool], given: bkt.Parameters) -> tuple[list[float], list[float]]:
    """The same in probabilities, which stick at 1: predictions, and the probability of knowing after each."""
    prior, learn, guess, slip = (column.tolist() for column in (given.prior, given.learn, given.guess, given.slip))
    state: dict[int, float] = {}
    predicted, after = [], []
    for which, concept, correct in zip(sequence, key, right, strict=True):
        known = state[which] if which in state else prior[concept]
        g, s = guess[concept], slip[concept]
        chance = known * (1 - s) + (1 - known) * g
        seen = known * (1 - s) / chance if correct else known * s / (1 - chance)
        state[which] = known = seen + (1 - seen) * learn[concept]
        predicted.append(chance)
        after.append(known)
    return predicted, after


# Fit


def fit(folder: Path) -> Iterator[Figure]:
    """All concepts of a public data set fitted at once, and published predictions reproduced."""
    train, test = (pd.read_csv(folder / f"preprocessed_data_{part}.csv", sep="\t") for part in ("train", "test"))
    skills = {skill: number for number, skill in enumerate(sorted({*train.skill_id, *test.skill_id}))}
    found: list[bkt_fit.Fit] = []
    took = timed(lambda: found.append(bkt_fit.fit(*columns(train, skills))))
    predicted = bkt.replay(*columns(test, skills), found[0].parameters).predicted
    area = calibration.quality(predicted, test.correct).auc
    yield Figure("fit", f"{len(skills)} concepts, {len(train):,} answers: seconds", *took, took[0], "< 60")
    yield Figure("fit", f"AUC on {len(test):,} answers of other learners", 0, 0, area, ">= 0.704")
    model = published(folder / "assistments09_model.txt")
    rows = pd.read_csv(folder / "assistments09_test.txt", sep="\t", names=["outcome", "learner", "item", "skill"])
    key = rows.skill.map({name: number for number, name in enumerate(model)}).to_numpy()
    given = bkt.Parameters(*np.array(list(model.values())).T.copy())
    sequence = pd.factorize(rows.learner + "/" + rows.skill)[0]
    again = bkt.replay(sequence, key, (rows.outcome == 1).to_numpy(), given).predicted
    worst = np.abs(again - np.loadtxt(folder / "assistments09_pred.txt")[:, 0]).max()
    yield Figure("fit", "largest difference to published predictions, 1e-9", 0, 0, worst * 1e9, "< 4")


def columns(rows: pd.DataFrame, skills: dict[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sequence, concept and outcome of each answer."""
    sequence = pd.factorize(rows.user_id * 1_000_000 + rows.skill_id)[0]
    return sequence, rows.skill_id.map(skills).to_numpy(), rows.correct.to_numpy(bool)


def published(path: Path) -> dict[str, tuple[float, ...]]:
    """Parameters in hmm-scalable's text format, by concept; the first state is that of knowing."""
    lines = path.read_text().splitlines()[7:]
    model = {}
    for name, prior, moves, emits in zip(lines[0::4], lines[1::4], lines[2::4], lines[3::4], strict=False):
        pi, a, b = ([float(x) for x in line.split("\t")[1:]] for line in (prior, moves, emits))
        model[name.split("\t")[1]] = (pi[0], a[2], b[2], b[1], a[1])
    return model


if __name__ == "__main__":
    main()
