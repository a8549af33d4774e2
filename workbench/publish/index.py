"""`index.html` of the published reports: state, period, parameters, age, links, last failure. Made from the files that are there."""

import secrets
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import fasteners

from workbench import present
from workbench.publish import store, wording
from workbench.publish.html import TEMPLATES
from workbench.report_definition import Definition

NAME = "index.html"
_IN_THIS_PROCESS = threading.Lock()


def write_index(out: Path, definitions: Iterable[Definition]) -> Path:
    """Write the index of everything published below `out`; reports that were never published are listed too.

    Returns:
        The file. It works from `file://`, without a server or a database.
    """
    out.mkdir(parents=True, exist_ok=True)
    with _IN_THIS_PROCESS, fasteners.InterProcessLock(out / ".index.lock"):
        store.write_beside(out / NAME, _html(out, list(definitions)))
    return out / NAME


def published(out: Path, name: str | None = None) -> list[dict[str, Any]]:
    """Everything below `out`, newest first: a published run (its `run.json`), its later failure (`failed.json`) or both."""
    found = []
    for folder in sorted(out.glob(f"{name or '*'}/*/*")):
        if folder.name.startswith(".") or not folder.is_dir():
            continue
        run, failure = store.read_json(folder / store.MANIFEST), store.read_json(folder / store.FAILURE)
        if run or failure:
            found.append(_entry(out, folder, run, failure))
    return sorted(found, key=lambda entry: entry["at"], reverse=True)


def _entry(out: Path, folder: Path, run: dict[str, Any] | None, failure: dict[str, Any] | None) -> dict[str, Any]:
    notes: dict[str, Any] = run or failure or {}
    place = quote(folder.relative_to(out).as_posix())
    values = notes["parameters"]
    return {
        "report": notes["report"], "title": notes["title"], "description": notes["description"], "slug": folder.name, "folder": folder,
        "period": wording.period_words(values["start"], values["end"]), "end": values["end"], "timezone": values["timezone"],
        "parameters": wording.chips(values)[:-1], "at": notes["finished_at"], "badge": _badge(run), "sentence": (run or {}).get("sentence"),
        "fresh_hours": notes.get("freshness_hours"), "links": _links(place, run), "page": f"{place}/{store.HTML}" if run else None,
        "failure": _failure(place, failure),
    }  # fmt: skip


def _badge(run: dict[str, Any] | None) -> str:
    return present.badge(run["verdict"]) if run else present.badge("no_data", "never published")


def _links(place: str, run: dict[str, Any] | None) -> list[tuple[str, str]]:
    labels = {store.HTML: "Report", store.PDF: "PDF", store.NOTEBOOK: "Notebook", store.DATA: "Data"}
    return [(label, f"{place}/{name}") for name, label in labels.items() if name in (run or {}).get("files", {})]


def _failure(place: str, failure: dict[str, Any] | None) -> dict[str, Any] | None:
    if not failure:
        return None
    links = [
        (label, f"{place}/{failure[key]}") for key, label in (("page", "what it showed"), ("notebook", "notebook")) if failure.get(key)
    ]
    return {"at": failure["finished_at"], "reason": failure["reason"], "links": links}


def _html(out: Path, definitions: list[Definition]) -> str:
    entries = published(out)
    groups = [_group(d.name, d.title, d.description, d.schedule, entries) for d in definitions]
    known = {definition.name for definition in definitions}
    for entry in entries:
        if entry["report"] not in known:
            known.add(entry["report"])
            groups.append(_group(entry["report"], entry["title"], entry["description"], "", entries))
    style = _style() + present.style().removeprefix("<style>").removesuffix("</style>")
    made = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return _template().render(groups=groups, style=style, nonce=secrets.token_urlsafe(16), made=made)


def _group(name: str, title: str, description: str, schedule: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """A report with its newest period for each set of parameters, and the earlier ones apart."""
    mine = sorted((entry for entry in entries if entry["report"] == name), key=lambda entry: (entry["end"], entry["at"]), reverse=True)
    newest: dict[str, dict[str, Any]] = {}
    for entry in mine:
        newest.setdefault(entry["slug"], entry)
    current = sorted(newest.values(), key=lambda entry: (entry["slug"] != "default", entry["slug"]))
    earlier = [entry for entry in mine if entry not in current]
    return {"name": name, "title": title, "description": description, "schedule": schedule, "current": current, "earlier": earlier}


def _style() -> str:
    return "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "index.css"))


@cache
def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("index.html.j2")
