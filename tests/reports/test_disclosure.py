"""No finished file of a report tells of few (definition X5) or of anybody (X6): the page with its tables and the data inside its figures,
the notebook and `data.json` are read as a stranger would read them."""

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.metrics.disclosure import K

pytestmark = [pytest.mark.xdist_group("engaged"), pytest.mark.usefixtures("in_utc")]

HEADINGS = re.compile(r"\blearners\b|\bmembers\b|\bstudents\b|\bpeople\b|^of$|^stuck|^never right|^joined|^left|^enrolled|^active$", re.I)
"""Headings of columns that count people."""
PEOPLE = re.compile(r"%\{(x|y|z|value|customdata)(?:\[(\d+)\])?[^}]*\}(?:</b>)? (?:active |enrolled )?learners")
"""What a hover text says to count people."""
COUNTS = {
    "learners", "members", "active", "dau", "wau", "mau", "enrolled", "joined", "left", "first_watch", "previous", "mastered", "stuck",
    "gained", "traced", "guessers", "at_risk", "reached", "stopped", "first_back", "last_active",
}  # fmt: skip
"""Columns of frames that count people."""


@pytest.fixture(params=["engagement", "progress"])
def finished(request: pytest.FixtureRequest, published: Callable[[str], Path]) -> Path:
    """The folder of a finished report about all platforms."""
    return published(request.param)


def is_few(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value or 0) and 0 < value < K


def tables(page: str) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Caption, headings and rows of every table, as text; of a cell what stands before its small print."""
    for table in re.findall(r"<table.*?</table>", page, re.S):
        rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", table, re.S)]
        texts = [[html.unescape(re.sub(r"<small>.*?</small>|<[^>]+>", "", cell)).strip() for cell in row] for row in rows]
        caption = re.search(r"<caption[^>]*>(.*?)</caption>", table, re.S)
        yield (caption[1] if caption else ""), texts[0], texts[1:]


def figures(page: str) -> Iterator[dict[str, Any]]:
    for block in re.findall(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page, re.S):
        found = json.loads(block)
        if isinstance(found, dict) and "data" in found:
            yield found


def flat(values: object) -> Iterator[object]:
    if isinstance(values, dict):
        assert "bdata" not in values, "numbers packed out of sight"
    for value in values if isinstance(values, list) else []:
        yield from flat(value) if isinstance(value, list) else [value]


def people(figure: dict[str, Any]) -> Iterator[object]:
    """Every number of a figure that counts people, by its hover texts and the titles of its axes."""
    titles = {name[0]: str(axis.get("title", "")) for name, axis in figure["layout"].items() if re.fullmatch(r"[xy]axis", name)}
    for trace in figure["data"]:
        arrays = {match[1] for match in PEOPLE.finditer(json.dumps(trace.get("hovertemplate", ""), ensure_ascii=False))}
        arrays |= {axis for axis, title in titles.items() if re.search(r"\blearners\b", title) and "change" not in title}
        for name in arrays:
            yield from flat(trace["link"]["value"] if name == "value" and "link" in trace else trace.get(name))


def frames_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The frames of `data.json`, as rows."""
    frames = json.loads((folder / "data.json").read_text(encoding="utf-8"))["frames"]
    return {name: [dict(zip(frame["columns"], row, strict=True)) for row in frame["rows"]] for name, frame in frames.items()}


def test_no_table_of_the_page_shows_few(finished: Path) -> None:
    found, seen = [], 0
    for caption, headings, rows in tables((finished / "report.html").read_text(encoding="utf-8")):
        if caption.startswith("Withheld"):
            continue  # cells, not people
        columns = [place for place, heading in enumerate(headings) if HEADINGS.search(heading)]
        for row in rows:
            numbers = [(headings[place], row[place]) for place in columns if place < len(row) and re.fullmatch(r"[\d,]+", row[place])]
            seen += len(numbers)
            found += [(caption, row[0], *one) for one in numbers if is_few(int(one[1].replace(",", "")))]
    assert found == [] and seen > 60


def test_no_figure_of_the_page_holds_few(finished: Path) -> None:
    drawn = list(figures((finished / "report.html").read_text(encoding="utf-8")))
    counted = [[value for value in people(figure) if value is not None] for figure in drawn]
    assert len(drawn) > 8 and sum(map(len, counted)) > 100
    assert [value for values in counted for value in values if is_few(value)] == []


def test_no_frame_in_the_data_holds_few(finished: Path) -> None:
    found, seen = [], 0
    for name, rows in frames_of(finished).items():
        for row in rows:
            counted = {column: row[column] for column in COUNTS & row.keys() if isinstance(row[column], int | float)}
            seen += len(counted)
            found += [(name, column, value) for column, value in counted.items() if is_few(value)]
    assert found == [] and seen > 500


def test_nobody_is_named_in_any_file(finished: Path, engaged_database: Any, identities: Callable[[str], set[str]]) -> None:
    with engaged_database.connect() as connection:
        ids = connection.exec_driver_sql("select learner_id::text from marts.dim_learner").scalars().all()
        mails = connection.exec_driver_sql("select email from video.users union select email from mued.users").scalars().all()
    for file in sorted(finished.iterdir()):
        text = file.read_text(encoding="utf-8")
        assert identities(text).isdisjoint(ids) and [one for one in mails if one in text] == [], file.name
    assert len(ids) > 600 and all(identities(f"<b>{one}</b>") == {one} for one in ids)


def test_what_is_withheld_cannot_be_worked_out_from_totals(finished: Path) -> None:
    """Where a line of a table with a total withholds one cell, what the total leaves for it is no few."""
    frames = frames_of(finished)
    lines: list[tuple[float | None, list[dict[str, Any]]]] = []
    for row in frames.get("states", []):
        if row["platform"] == "*":  # the totals of the flow
            for side, total in (("state_before", row["previous"]), ("state_after", row["learners"])):
                lines.append((total, [one for one in frames["flow"] if one[side] == row["state"]]))
    standing = frames.get("standing", [])
    for total in standing:
        if total["platform"] == "*":  # of a state over the platforms
            lines.append((total["learners"], [one for one in standing if one["state"] == total["state"] and one["platform"] != "*"]))
        if total["state"] == "*":  # of a platform over the states
            lines.append((total["learners"], [one for one in standing if one["platform"] == total["platform"] and one["state"] != "*"]))
    assert any(one["suppressed"] for _, line in lines for one in line), "something is withheld"
    told = [(total, line) for total, line in lines if total is not None and sum(one["suppressed"] for one in line) == 1]
    left = [total - sum(one["learners"] for one in line if not one["suppressed"]) for total, line in told]
    assert [value for value in left if is_few(value)] == []
