"""The files of the Open University Learning Analytics Dataset, read and checked: what is in them stays as it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

COURSE = ["code_module", "code_presentation"]
ENROLMENT = [*COURSE, "id_student"]
FILES = {
    "courses.csv": [*COURSE, "module_presentation_length"],
    "assessments.csv": [*COURSE, "id_assessment", "assessment_type", "date", "weight"],
    "vle.csv": ["id_site", *COURSE, "activity_type", "week_from", "week_to"],
    "studentInfo.csv": [
        *ENROLMENT, "gender", "region", "highest_education", "imd_band", "age_band", "num_of_prev_attempts", "studied_credits",
        "disability", "final_result",
    ],
    "studentRegistration.csv": [*ENROLMENT, "date_registration", "date_unregistration"],
    "studentAssessment.csv": ["id_assessment", "id_student", "date_submitted", "is_banked", "score"],
    "studentVle*.csv": [*ENROLMENT, "id_site", "date", "sum_click"],
}  # fmt: skip
"""File → columns. The click file may be the whole one or a sample of its rows; `daily_clicks/<module>_<presentation>.csv` (date,
total_clicks) holds the totals of the whole one."""
MONTHS = {"J": 10, "B": 2}  # presentations begin on 1 October or 1 February of their year


@dataclass(frozen=True)
class Files:
    """The tables of the data set; `presentation` counts courses, `enrolment` counts rows of studentInfo.csv."""

    names: list[str]
    courses: "pd.DataFrame"  # + name, start (datetime64), day by day totals as `totals` [[day, clicks], …]
    assessments: "pd.DataFrame"  # + presentation
    sites: "pd.DataFrame"  # + presentation
    enrolments: "pd.DataFrame"  # + presentation, date_registration, date_unregistration
    submissions: "pd.DataFrame"  # + assessment (position), enrolment
    clicks: "pd.DataFrame"  # + site (position), enrolment


def read(folder: Path) -> Files:
    """All files of a folder.

    Raises:
        UsageError: a file is missing, lacks a column, or a row refers to nothing.
    """
    found = {pattern: _file(folder, pattern) for pattern in FILES}
    tables = [_read(path, FILES[pattern]) for pattern, path in found.items()]
    courses, assessments, sites, info, registrations, submissions, clicks = tables
    courses = courses.assign(name=courses["code_module"] + "_" + courses["code_presentation"], start=_starts(courses, folder))
    totals = [_totals(folder / "daily_clicks" / f"{name}.csv") for name in courses["name"]]
    courses["totals"] = totals
    enrolments = info.merge(registrations, on=ENROLMENT, how="left", validate="one_to_one")
    submissions = submissions.merge(assessments[["id_assessment", *COURSE]], on="id_assessment", how="left", validate="many_to_one")
    daily = [f"daily_clicks/{name}.csv" for name in courses["name"]]
    return Files(
        names=[*(path.name for path in found.values()), *daily],
        courses=courses,
        assessments=assessments.assign(presentation=_found(assessments, courses, COURSE, "assessments.csv")),
        sites=sites.assign(presentation=_found(sites, courses, COURSE, "vle.csv")),
        enrolments=enrolments.assign(presentation=_found(enrolments, courses, COURSE, "studentInfo.csv")),
        submissions=submissions.assign(
            assessment=_found(submissions, assessments, ["id_assessment"], "studentAssessment.csv"),
            enrolment=_found(submissions, enrolments, ENROLMENT, "studentAssessment.csv"),
        ),
        clicks=clicks.assign(
            site=_found(clicks, sites, ["id_site"], found["studentVle*.csv"].name),
            enrolment=_found(clicks, enrolments, ENROLMENT, found["studentVle*.csv"].name),
        ),
    )


def _file(folder: Path, pattern: str) -> Path:
    paths = sorted(folder.glob(pattern)) if folder.is_dir() else []
    if len(paths) != 1:
        number = "no" if not paths else "more than one"
        raise UsageError(f"{folder} holds {number} {pattern}; the data set has {', '.join(FILES)} and a folder daily_clicks.")
    return paths[0]


def _read(path: Path, columns: list[str]) -> "pd.DataFrame":
    import pandas as pd

    try:
        frame = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from None
    if missing := [name for name in columns if name not in frame.columns]:
        raise UsageError(f"{path} has no column {missing[0]!r}; this is not the file of that name of OULAD.")
    return frame[columns]


def _starts(courses: "pd.DataFrame", folder: Path) -> "pd.Series":
    import pandas as pd

    names = courses["code_presentation"]
    odd = names[~names.str.fullmatch(r"\d{4}[BJ]")]
    if len(odd):
        raise UsageError(f"{folder / 'courses.csv'}: presentation {odd.iloc[0]!r} is no year followed by B (February) or J (October).")
    return pd.to_datetime({"year": names.str[:4].astype(int), "month": names.str[4].map(MONTHS), "day": 1})


def _totals(path: Path) -> list[list[int]]:
    frame = _read(path, ["date", "total_clicks"]).sort_values("date")
    return frame.to_numpy().tolist()


def _found(rows: "pd.DataFrame", among: "pd.DataFrame", keys: list[str], name: str) -> np.ndarray:
    """Where each row's key stands among the others."""
    positions = among[keys].assign(position=np.arange(len(among)))
    found = rows[keys].merge(positions, on=keys, how="left", validate="many_to_one")["position"]
    if found.isna().any():
        lost = rows[keys][found.isna().to_numpy()]
        first = ", ".join(f"{key} {value}" for key, value in lost.iloc[0].items())
        raise UsageError(f"{name}: {len(lost)} rows refer to nothing in the other files, the first to {first}.")
    return found.to_numpy(np.int64)
