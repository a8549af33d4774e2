"""The page of a report: one file that needs no network, from an executed notebook, through nbconvert with a template of our own.

plotly.js stands in it once, packed (2 MB instead of 5); figures are drawn from the notebook's plotly JSON, again when the reader switches
between light and dark. A content security policy inside the file lets no request leave and runs no script but the page's own, so
even a cell that printed foreign HTML can do nothing.
"""

import base64
import gzip
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.imports import light_imports

if TYPE_CHECKING:
    from workbench.publish.trust import Trust

TEMPLATES = Path(__file__).parent / "templates"
PLOTLY = "application/vnd.plotly.v1+json"
_HEADING = re.compile(r'<h2 id="([^"]*)">(.*?)<a class="anchor-link"', re.DOTALL)


@dataclass(frozen=True)
class Page:
    """What stands around the notebook's outputs."""

    title: str
    period: str
    description: str
    chips: Sequence[tuple[str, str]] = ()
    """parameters in words"""
    files: Sequence[tuple[str, str]] = ()
    """links: label, relative address"""
    provenance: Sequence[tuple[str, str]] = ()
    failure: str | None = None
    trust: "Trust | None" = None
    """what the checks say of the data, for the banner under the head"""
    version: str = ""
    language: str = "en"
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def style(self) -> str:
        """The style sheets of the page."""
        return "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "report.css"))


def render(notebook: Any, page: Page) -> str:
    """The page of an executed notebook as HTML text. Code is hidden; cells tagged `remove-cell` are left out.

    The cell that opens the notebook with its title speaks to whoever runs it; the page's own head stands in its place.
    """
    body, _ = _exporter().from_notebook_node(_without_title(notebook), resources={"page": page})
    headings = _HEADING.findall(body)
    body = body.replace("<!--WB-CONTENTS-->", _contents(headings), 1)
    if len(headings) < 2:
        body = body.replace('<div class="columns">', '<div class="columns plain">', 1)
    return body.replace("<!--WB-SCRIPTS-->", _scripts(page.nonce, _draws(notebook)), 1)


def warm() -> None:
    """Import, compile and pack what `render` needs; called in a thread while the notebook runs."""
    import nbformat

    with light_imports():
        _exporter()
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A\n\n## B"), nbformat.v4.new_code_cell("1")])
    nbformat.writes(document)
    render(document, Page("", "", ""))
    packed_plotly()


@cache
def packed_plotly() -> str:
    """plotly.js, gzip and base64. A higher level takes half as long again and leaves 4 % less."""
    from plotly.offline import get_plotlyjs

    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), 4, mtime=0)).decode()


@cache
def _exporter() -> Any:
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class PageExporter(TemplateExporter):
        output_mimetype = "text/html"
        exclude_input = exclude_input_prompt = exclude_output_prompt = True

        def _file_extension_default(self) -> str:
            return ".html"

        def _template_name_default(self) -> str:
            return "report"

        @property
        def default_config(self) -> Any:
            config = super().default_config
            config.NbConvertBase.display_data_priority = [PLOTLY, "text/html", "text/markdown", *_IMAGES, "text/latex", "text/plain"]
            config.TagRemovePreprocessor.enabled = True
            config.TagRemovePreprocessor.remove_cell_tags = {"remove-cell"}
            return config

        def default_filters(self) -> Any:
            yield from super().default_filters()
            yield "markdown", lambda text: MarkdownWithMath(renderer=IPythonRenderer(escape=False, anchor_link_text="#")).render(text)
            yield "script_json", script_json
            yield "strip_breaks", lambda text: "".join(text.split())

    return PageExporter(extra_template_basedirs=[str(TEMPLATES)])


_IMAGES = ("image/svg+xml", "image/png", "image/jpeg")


def script_json(value: Any) -> str:
    """The value as JSON that can stand inside a script element, whatever text it holds.

    >>> script_json({"name": "</script><!--"})
    '{"name":"\\\\u003c/script>\\\\u003c!--"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _without_title(notebook: Any) -> Any:
    first = notebook.cells[0] if notebook.cells else None
    if first is None or first.cell_type != "markdown" or not first.source.startswith("# "):
        return notebook
    shown = type(notebook)(notebook)
    shown.cells = notebook.cells[1:]
    return shown


def _draws(notebook: Any) -> bool:
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return any(PLOTLY in output.get("data", {}) for output in outputs)


def _contents(headings: Sequence[tuple[str, str]]) -> str:
    if len(headings) < 2:
        return ""
    plain = [(name, escape(unescape(re.sub("<[^>]*>", "", text)).strip(), quote=False)) for name, text in headings]
    items = "".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in plain)
    return f'<nav class="contents" aria-label="Contents"><p>Contents</p><ol>{items}</ol></nav>'


def _scripts(nonce: str, figures: bool) -> str:
    code = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    packed = f'<script type="text/plain" id="wb-plotly" nonce="{nonce}">{packed_plotly()}</script>' if figures else ""
    return f'{packed}<script nonce="{nonce}">{code}</script>'
