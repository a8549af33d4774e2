"""Reports: list them, run one or all, open the newest.

A report is `reports/<name>.toml` (what it takes), `notebooks/reports/<name>.ipynb` (what it shows) and `workbench.reports.<name>` (what
it computes). A run checks the parameters, executes the notebook in a fresh kernel and publishes page, notebook and data in one step;
whatever goes wrong, the last good report stays where it is.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import paths, report_definition
from workbench.errors import Finding, RunFailed, UsageError
from workbench.publish import index, store, wording
from workbench.publish import pdf as printing
from workbench.publish.parameters import resolve
from workbench.report_definition import Definition, read_definition

if TYPE_CHECKING:
    from workbench.publish.running import Run
    from workbench.publish.trust import Trust

__all__ = ["RunResult", "list_reports", "open_report", "parse_options", "read_definition", "run", "run_all", "write_index"]

FAIL_ON = {"breached": ("breached",), "at_risk": ("breached", "at_risk"), "no_data": ("breached", "at_risk", "no_data")}
"""States that end a run with a finding, by the value of `fail_on`."""

Progress = Callable[[int, int | None, str], None]


@dataclass(frozen=True)
class RunResult:
    """A published run."""

    report: str
    title: str
    run_id: str | None
    """key in `marts.report_run`; None for a report that reads no database"""
    state: str
    """met, at_risk, breached or no_data"""
    sentence: str
    parameters: dict[str, Any]
    folder: Path
    html: Path
    notebook: Path
    data: Path
    pdf: Path | None
    index: Path
    read_from: str | None
    """the server that was read, in words: primary, or replica and how far it was behind; None when none was"""
    duration_ms: int
    finding: bool
    """whether `fail_on` named this state"""

    def as_dict(self) -> dict[str, Any]:
        """Every field, ready for JSON."""
        return {name: str(value) if isinstance(value, Path) else value for name, value in self.__dict__.items()}

    def text(self) -> str:
        """The result for people, on three lines."""
        period = wording.period_words(self.parameters["start"], self.parameters["end"])
        head = f"{self.title}, {period}: {self.state.replace('_', ' ')}"
        return f"{head}\n  {self.sentence}\n  {self.pdf or self.html} ({self.duration_ms / 1000:.1f} s)"

    def raise_for_finding(self) -> None:
        """Raise what `fail_on` asked for.

        Raises:
            Finding: the report's state is one of those named by `fail_on`.
        """
        if self.finding:
            raise Finding(f"{self.title}: {self.state.replace('_', ' ')} – {self.sentence} See {self.html}.")


def list_reports() -> list[Definition]:
    """Every report of this installation, by name."""
    return report_definition.list_definitions()


def parse_options(name: str, arguments: Sequence[str]) -> dict[str, str | list[str]]:
    """Command-line options of a report as raw parameter values.

    Raises:
        UsageError: no such report, or an option it does not have.
    """
    return report_definition.parse_options(read_definition(name), arguments)


def run(
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *, fail_on: str | None = None, progress: Progress | None = None,
    out: Path | None = None, pdf: bool = False, require_checks: str | None = None,
) -> RunResult:  # fmt: skip
    """Run a report and publish it.

    Args:
        name: the report.
        parameters: values by name, typed or as text; the others take their defaults.
        fail_on: `breached`, `at_risk` or `no_data`, each including those before it: states that are a finding.
        progress: called before each cell with `(done, total, label)`.
        out: folder to publish under, instead of `reports/out`.
        pdf: print a PDF too, with an installed Chromium.
        require_checks: `critical`, `warning` or `info`: publish nothing while a check this severe fails on the tables it reads, or none
            was ever answered.

    Returns:
        Where it is and what it found; ask it with `raise_for_finding()` whether that is a finding.

    Raises:
        UsageError: no such report, a parameter that is unknown, missing or ill-typed; nothing was started.
        DatabaseUnreachable: no server answers.
        Finding: the data is not as sound as `require_checks` asks; the last good report stands, ledger and index say why.
        RunFailed: the run did not come to its end; the last good report stands, the failed notebook lies beside it.
    """
    definition = read_definition(name)
    from workbench.publish.running import Run, carry_out

    if fail_on is not None and fail_on not in FAIL_ON:
        raise UsageError(f"--fail-on {fail_on!r}: choose one of {', '.join(FAIL_ON)}{report_definition.nearest(fail_on, FAIL_ON)}.")
    now = datetime.now(UTC)
    browser = printing.find_browser() if pdf else None
    asked = Run(definition, resolve(definition, parameters or {}, now), (out or paths.reports_out()).resolve(), browser, progress, now)
    if require_checks is not None:
        asked.trust = _required(asked, require_checks)
    try:
        manifest = carry_out(asked)
    except RunFailed:
        with suppress(RunFailed):
            _index(asked.out)
        raise
    return _result(asked, manifest, _index(asked.out), FAIL_ON.get(fail_on or "", ()))


def _required(asked: "Run", bar: str) -> "Trust | None":
    from workbench.checking.schema import SEVERITIES
    from workbench.publish import trust

    if bar not in SEVERITIES:
        raise UsageError(f"--require-checks {bar!r}: choose one of {', '.join(SEVERITIES)}{report_definition.nearest(bar, SEVERITIES)}.")
    found = trust.read(asked.definition, asked.values)
    if found is None:
        raise UsageError(f"Report {asked.definition.name} names no tables it reads, so no checks can be required of them.")
    try:
        found.require(bar)
    except Finding as refused:
        from workbench.publish.running import refuse

        refuse(asked, refused)
        _index(asked.out)
        raise
    return found


def _index(out: Path) -> Path:
    try:
        return index.write_index(out, report_definition.list_definitions(broken=False))
    except OSError as error:
        raise RunFailed(f"The index {out / index.NAME} cannot be written: {error}.") from error


def _result(run: "Run", manifest: Mapping[str, Any], written: Path, findings: Sequence[str]) -> RunResult:
    folder: Path = run.target
    return RunResult(
        report=manifest["report"], title=manifest["title"], run_id=manifest["run_id"], state=manifest["verdict"],
        sentence=manifest["sentence"], parameters=manifest["parameters"], folder=folder, html=folder / store.HTML,
        notebook=folder / store.NOTEBOOK, data=folder / store.DATA, pdf=folder / store.PDF if run.browser else None, index=written,
        read_from=manifest["read_from"],
        duration_ms=round((datetime.now(UTC) - run.started).total_seconds() * 1000), finding=manifest["verdict"] in findings,
    )  # fmt: skip


def run_all(
    parameters: Mapping[str, Any] | None = None, *, fail_on: str | None = None, progress: Progress | None = None, out: Path | None = None
) -> list[RunResult]:
    """Run every report that has a platform installed here and needs no parameter beside those given.

    Raises:
        RunFailed: at least one failed; the others were run all the same. The sentence tells each.
    """
    results, failures = [], []
    for definition in list_reports():
        needed = {p.name for p in definition.parameters if p.required} - set(parameters or {})
        if (definition.platforms and not definition.on_platforms) or needed:
            continue
        try:
            results.append(run(definition.name, parameters, fail_on=fail_on, progress=progress, out=out))
        except RunFailed as error:
            failures.append(str(error))
    if failures:
        raise RunFailed(" ".join(failures))
    return results


def write_index(out: Path | None = None) -> Path:
    """Write the index of everything published and return its path."""
    return _index((out or paths.reports_out()).resolve())


def open_report(name: str | None = None, *, out: Path | None = None) -> Path:
    """Open the newest published run of a report in the browser, or the index of all without a name.

    Raises:
        UsageError: no such report, or it was never published.
    """
    place = (out or paths.reports_out()).resolve()
    if name is None:
        found = write_index(place)
    else:
        read_definition(name)
        pages = [entry["folder"] / store.HTML for entry in index.published(place, name) if entry["page"]]
        if not pages:
            raise UsageError(f"Report {name} was never published under {place}; `workbench report run {name}` does it.")
        found = pages[0]
    import webbrowser

    webbrowser.open(found.as_uri())
    return found
