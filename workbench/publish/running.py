"""One run of a report from its checked parameters to its published files, or to a failed run that leaves the last good one in place.

The database is imported inside the functions that use it: by then the kernel is starting, and the two go side by side.
"""

import ast
import errno
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import paths
from workbench.errors import Finding, RunFailed, UsageError, WorkbenchError
from workbench.publish import engine, hashes, html, naming, parameters, pdf, scrub, store, wording
from workbench.publish.context import RunContext
from workbench.publish.data import STATES
from workbench.report_definition import Definition
from workbench.settings import settings

if TYPE_CHECKING:
    from workbench.publish.trust import Trust

Progress = Callable[[int, int | None, str], None]
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def package_version() -> str:
    """Version of the installed package."""
    try:
        return version("learning-data-workbench")
    except PackageNotFoundError:
        return "not installed"


@dataclass
class Run:
    """A run: what was asked, where it goes, and what is known of it so far."""

    definition: Definition
    values: dict[str, Any]
    out: Path
    browser: str | None = None
    """Chromium to print a PDF with; None = no PDF"""
    progress: Progress | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    trust: "Trust | None" = None
    """what the checks say of the tables it reads"""
    run_id: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    read_from: str | None = None
    """which server the figures were read from, in words"""

    @cached_property
    def target(self) -> Path:
        """The folder the report is published in."""
        name = naming.parameters_name(self.definition, self.values)
        return self.out / self.definition.name / naming.period_name(self.values) / name

    @cached_property
    def shown(self) -> dict[str, Any]:
        """The parameters that may be written down."""
        return parameters.shown(self.definition, self.values)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of the notebook, of the SQL it can read, and of the parameters."""
        notebook = hashes.file_hash(self.definition.notebook)
        asked = hashes.text_hash([self.definition.name, self.shown, self.target.name])
        return {"notebook": notebook, "sql": hashes.sql_hash(self.definition), "parameters": asked}

    @cached_property
    def database(self) -> str | None:
        """Address in use, password included; None for a report that reads no database."""
        if not self.definition.platforms:
            return None
        from workbench import db

        return db.database_url().render_as_string(hide_password=False)

    @cached_property
    def hide(self) -> list[str]:
        """What must not appear in any file."""
        return scrub.secrets(*filter(None, [self.database]), private=parameters.private_values(self.definition, self.values))

    def context(self) -> RunContext:
        """What the notebook is told about the run."""
        return RunContext(
            self.definition.name, self.run_id, _iso(self.started), self.values["as_of"], self.shown, self.hashes["notebook"],
            self.hashes["sql"], self.versions, package_version(),
        )  # fmt: skip


def carry_out(run: Run) -> dict[str, Any]:
    """Execute and publish; returns the manifest that was written as `run.json`.

    Raises:
        UsageError: the notebook cannot take the parameters, or the schemas are not set up.
        DatabaseUnreachable: no server answers.
        RunFailed: the run did not come to its end; the last good report stands.
    """
    check_notebook(run.definition)
    try:
        with (
            store.held(run.target),
            engine.fresh_kernel(run.definition.notebook.parent, store.staging(run.target), _modules(run)) as kernel,
        ):
            _begin(run)
            kernel.tell(run.context())
            manifest = _guarded(run, kernel)
    except OSError as error:  # not even begun: no place for its folder, its lock or its sockets
        if run.run_id is None:
            _begin(run)
        raise _fail(run, error, None) from error
    return manifest


def refuse(run: Run, why: Finding) -> None:
    """Note a run that was not begun because its data cannot be trusted: in the ledger, and beside the last good report.

    Raises:
        DatabaseUnreachable: no server answers.
    """
    with store.held(run.target):
        _begin(run)
        _note_failure(run, "failed", str(why).rstrip("."), None, None)


def check_notebook(definition: Definition) -> None:
    """See that the notebook's `parameters` cell names every parameter of the report: papermill would only warn.

    Raises:
        UsageError: it does not, or there is no such cell.
    """
    cells = (store.read_json(definition.notebook) or {}).get("cells", [])
    tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if not tagged:
        raise UsageError(f"{definition.notebook}: no cell is tagged `parameters`.")
    source = tagged[0]["source"] if isinstance(tagged[0]["source"], str) else "".join(tagged[0]["source"])
    named = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if missing := [p.name for p in definition.parameters if p.name not in named]:
        raise UsageError(f"{definition.notebook}: its parameters cell does not set {', '.join(missing)}, which the report takes.")


def _begin(run: Run) -> None:
    if not run.definition.platforms:
        return
    from workbench.publish import ledger, trust

    run.versions = ledger.schema_versions()
    run.trust = run.trust or trust.read(run.definition, run.values)
    run.run_id = ledger.begin({
        "report": run.definition.name, "parameters": run.shown, "parameters_hash": run.hashes["parameters"],
        "period_start": run.values["start"], "period_end": run.values["end"], "as_of": run.values["as_of"],
        "notebook_hash": run.hashes["notebook"], "sql_hash": run.hashes["sql"], "schema_version": run.versions,
        "package_version": package_version(),
    })  # fmt: skip


def _guarded(run: Run, kernel: engine.Kernel) -> dict[str, Any]:
    execution: engine.Execution | None = None
    try:
        with store.staged(run.target) as staging:
            execution = _execute(run, kernel)
            manifest = _complete(run, staging, execution)
            store.publish(staging, run.target)
    except BaseException as error:
        failed = _fail(run, error, getattr(error, "execution", execution))
        if isinstance(error, Exception):
            raise failed from error
        raise
    _close(run, "published", verdict=manifest["verdict"], rows_read=manifest["rows_read"], output_path=str(run.target))
    return manifest


def _modules(run: Run) -> list[str]:
    """What the notebook of a report that reads a database imports."""
    own = paths.PACKAGE / "reports" / run.definition.name
    found = [f"workbench.reports.{own.name}"] if own.is_dir() or own.with_suffix(".py").is_file() else []
    return ["workbench.db", "pandas", *found] if run.definition.platforms else []


def _execute(run: Run, kernel: engine.Kernel) -> engine.Execution:
    engine.load()
    threading.Thread(target=html.warm, daemon=True).start()  # what the page needs is imported while the notebook runs
    try:
        return engine.execute(kernel, run.definition.notebook, run.values, settings().report_timeout_s, run.progress)
    finally:
        _see_sources(run, kernel)


def _see_sources(run: Run, kernel: engine.Kernel) -> None:
    """Take over which servers the notebook read, and say here what kept it from the replica."""
    if run.definition.platforms:
        from workbench import replica

        sources = replica.noted(kernel.sources)
        run.read_from = scrub.scrub_text("; ".join(source.words() for source in sources), run.hide) or None
        for source in sources:
            replica.note(source)


def _complete(run: Run, staging: Path, execution: engine.Execution) -> dict[str, Any]:
    """Write the files of a run that came to its end, and say what they are."""
    data = store.read_json(staging / store.DATA) or {}
    verdict = data.get("verdict") or {}
    if verdict.get("state") not in STATES:
        raise RunFailed("its last cell did not call workbench.publish.data.write_data")
    if run.progress:
        run.progress(len(execution.notebook.cells), len(execution.notebook.cells), "publishing")
    finished = datetime.now(UTC)
    facts = _provenance(run, finished, data.get("rows_read"))
    text, page = _documents(run, execution.notebook, facts, None)
    (staging / store.NOTEBOOK).write_text(text, encoding="utf-8")
    (staging / store.HTML).write_text(page, encoding="utf-8")
    if run.browser:
        pdf.print_pdf(staging / store.HTML, staging / store.PDF, run.browser)
    files = {path.name: path.stat().st_size for path in sorted(staging.iterdir())}
    manifest = {
        **_notes(run, finished), "verdict": verdict["state"], "sentence": verdict["sentence"], "rows_read": data.get("rows_read"),
        "freshness_hours": run.definition.freshness_hours, "trust": _trusted(run), "hashes": run.hashes, "schema_version": run.versions,
        "package_version": package_version(), "read_from": run.read_from, "files": files,
    }  # fmt: skip
    store.write_beside(staging / store.MANIFEST, store.to_json(manifest))
    return manifest


def _documents(run: Run, notebook: Any, facts: list[tuple[str, str]], failure: str | None) -> tuple[str, str]:
    """Notebook and page as text, secrets taken out."""
    import nbformat

    clean = scrub.scrub(notebook, run.hide)
    period = f"{wording.period_words(run.values['start'], run.values['end'])} · {run.values['timezone']}"
    files = [("Notebook", store.NOTEBOOK), ("Data", store.DATA), *([("PDF", store.PDF)] if run.browser else [])]
    page = html.Page(
        run.definition.title, period, run.definition.description, wording.chips(run.shown),
        [*([] if failure else files), ("All reports", "../../../index.html")], facts, failure, run.trust, package_version(),
    )  # fmt: skip
    return nbformat.writes(clean), html.render(clean, page)


def _notes(run: Run, finished: datetime) -> dict[str, Any]:
    """What success and failure both write down."""
    return {
        "report": run.definition.name, "title": run.definition.title, "description": run.definition.description, "run_id": run.run_id,
        "parameters": run.shown, "started_at": _iso(run.started), "finished_at": _iso(finished),
        "duration_ms": round((finished - run.started).total_seconds() * 1000),
    }  # fmt: skip


def _trusted(run: Run) -> dict[str, str] | None:
    return {"state": run.trust.state, "sentence": run.trust.sentence} if run.trust else None


def _provenance(run: Run, finished: datetime, rows: int | None) -> list[tuple[str, str]]:
    """The lines at the foot of the page."""
    took = (finished - run.started).total_seconds()
    schema = ", ".join(f"{name} {number}" for name, number in run.versions.items())
    lines = [
        ("Run", run.run_id), ("Started", f"{_iso(run.started)[:19]}Z, took {took:.1f} s"), ("Cut-off", run.values["as_of"]),
        ("Rows read", None if rows is None else f"{rows:,}"), ("Read from", run.read_from), ("Schema", schema),
        ("Workbench", package_version()),
        ("Notebook SHA-256", run.hashes["notebook"]), ("SQL SHA-256", run.hashes["sql"] if run.database else None),
    ]  # fmt: skip
    return [(name, value) for name, value in lines if value]


def _fail(run: Run, error: BaseException, execution: engine.Execution | None) -> RunFailed:
    """Leave the failed notebook beside the last good report, close the ledger, and return the sentence for the user."""
    state, reason = _reason(error)
    reason = scrub.scrub_text(reason, run.hide)
    notebook = page = None
    if execution is not None:
        with suppress(Exception):  # a page that cannot be made must not hide why the run failed
            notebook, page = _documents(run, execution.notebook, _provenance(run, datetime.now(UTC), None), reason[0].upper() + reason[1:])
    kept = _note_failure(run, state, reason, notebook, page)
    stands = "the last good report stands" if (run.target / store.HTML).exists() else "nothing was published"
    where = f", the failed notebook is {kept}" if kept else ""
    return RunFailed(f"Report {run.definition.name} failed: {reason}; {stands}{where}.")


def _note_failure(run: Run, state: str, reason: str, notebook: str | None, page: str | None) -> Path | None:
    kept = store.keep_failure(run.target, {**_notes(run, datetime.now(UTC)), "state": state, "reason": reason}, notebook, page)
    with suppress(Exception):  # a ledger that cannot be reached must not hide why the run failed; the next run closes the row
        _close(run, state, reason=reason, output_path=str(kept) if kept else None)
    return kept


def _reason(error: BaseException) -> tuple[str, str]:
    """State for the ledger and reason in words."""
    if isinstance(error, engine.CellFailed):
        return error.state, error.reason
    if isinstance(error, OSError):
        return "failed", _os_words(error)
    if isinstance(error, WorkbenchError):
        return "failed", str(error).rstrip(".")
    if isinstance(error, Exception):
        return "failed", f"{type(error).__name__}: {engine.first_line(error)}"
    return "died", "the run was interrupted"


def _os_words(error: OSError) -> str:
    return f"the disk is full ({error})" if error.errno in _FULL else str(error)


def _close(run: Run, state: str, **facts: Any) -> None:
    if run.run_id:
        from workbench.publish import ledger

        ledger.finish(run.run_id, state, read_from=run.read_from, **facts)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
