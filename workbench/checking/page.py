"""The offline page of a run of the checks: what fails first, how long it has, the keys, and the SQL that shows the rows."""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import present
from workbench.checking.results import CheckRun, RuleResult
from workbench.publish.html import TEMPLATES

if TYPE_CHECKING:
    import pandas as pd

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>Data checks</title><style>{css}</style>{style}</head>
<body><main><h1>Data checks</h1><p>{sums}</p>{body}</main></body></html>
"""


def write_page(run: CheckRun, history: "pd.DataFrame", path: Path) -> None:
    """Write the page of a run.

    Args:
        history: `workbench.queries.marts.checks_history`.
        path: file to write.
    """
    since = dict(zip(history["rule"], history["status"], strict=True))
    shown = [*run.errors, *run.worst("info")]
    body = "".join(_rule(result, since.get(result.rule.id, "")) for result in shown) or "<p>Every rule passed.</p>"
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    page = _PAGE.format(css=css, style=present.style(), sums=escape(run.text().splitlines()[0]), body=body)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _rule(result: RuleResult, status: str) -> str:
    keys = "".join(f"<li>{escape(', '.join(f'{name} {value}' for name, value in key.items()))}</li>" for key in result.keys)
    facts = {"severity": result.rule.severity, "history": status, "owner": result.suite.owner, "source": result.rule.source}
    told = " · ".join(f"{name} {escape(text)}" for name, text in facts.items() if text)
    head = f"<h2>{escape(result.rule.id)}: {escape(result.message)}</h2><p>{escape(result.rule.reason)}</p><p>{told}</p>"
    see = f"<pre>{escape(result.see_sql)}</pre>" if result.see_sql else ""
    return f"<section>{head}{f'<ul>{keys}</ul>' if keys else ''}{see}</section>"
