"""HTML fragments a manager can read: verdict, cards, badges, tables, captions, and numbers with their units.

Whatever comes from data is escaped here, once. A `Fragment` is text that is already safe HTML: it shows itself in JupyterLab and is
passed through by the other functions; any other value is escaped. "No value" is a dash, never 0.
"""

import html
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

NOTHING = "–"
"""How a value that does not exist is shown."""
SUPPRESSED = "withheld"
"""How a cell is shown that would speak about too few learners (definition X5)."""
STATES = {
    "met": ("✓", "met"), "at_risk": ("!", "at risk"), "breached": ("✕", "breached"), "no_data": ("?", "no data"),
    "firing": ("●", "firing"), "quiet": ("○", "quiet"), "unreachable": ("⊘", "unreachable"),
    "insufficient_data": ("?", "insufficient data"),
}  # fmt: skip
"""Sign and words of each state: never told by colour alone."""


class Fragment(str):
    """A string of safe HTML. JupyterLab renders it; `present` does not escape it again."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


def safe(value: object) -> str:
    """The value as safe HTML: a `Fragment` as it is, anything else escaped; a per cent sign stays on the line of its number.

    >>> safe("<b>"), safe(Fragment("<b>"))
    ('&lt;b&gt;', '<b>')
    """
    return str(value) if isinstance(value, Fragment) else html.escape(str(value)).replace(" %", "&nbsp;%")


def join(*parts: object, tag: str = "div", kind: str = "wb") -> Fragment:
    """The parts inside one element of class `kind`; parts that are not fragments are escaped."""
    return Fragment(f'<{tag} class="{html.escape(kind)}">' + "".join(safe(part) for part in parts) + f"</{tag}>")


@cache
def style() -> Fragment:
    """The style sheet of all fragments; show it once, at the top of a notebook."""
    return Fragment(f"<style>{(Path(__file__).parent / 'present.css').read_text(encoding='utf-8')}</style>")


# --- numbers ---------------------------------------------------------------------------------------------------------


def missing(value: object) -> bool:
    """Whether there is no value: None, NaN or NaT.

    >>> missing(None), missing(float("nan")), missing(0)
    (True, True, False)
    """
    return value is None or (value is not value) or value != value


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".replace("-", "−")


def count(value: float | None) -> str:
    """A whole number with thousands separators.

    >>> count(1234567), count(None)
    ('1,234,567', '–')
    """
    return NOTHING if missing(value) else _number(value, 0)


def decimal(value: float | None, digits: int = 2) -> str:
    """A plain number.

    >>> decimal(-0.1234)
    '−0.12'
    """
    return NOTHING if missing(value) else _number(value, digits)


def percent(ratio: float | None, digits: int = 1) -> str:
    """A ratio in per cent. What is not all is never rounded to 100 %, what is not nothing never to 0 %.

    >>> percent(0.98765), percent(0.99999), percent(0.00001), percent(-1.5, 0), percent(1.0)
    ('98.8 %', '>99.9 %', '<0.1 %', '−150 %', '100.0 %')
    """
    if missing(ratio):
        return NOTHING
    shown, step = round(100 * ratio, digits), 10**-digits
    if ratio < 1 and shown >= 100:
        return f">{_number(100 - step, digits)} %"
    if ratio > 0 and shown <= 0:
        return f"<{_number(step, digits)} %"
    return f"{_number(shown, digits)} %"


def points(difference: float | None, digits: int = 1) -> str:
    """A difference of two ratios, in percentage points, with its sign.

    >>> points(0.0123), points(-0.2)
    ('+1.2 pts', '−20.0 pts')
    """
    return NOTHING if missing(difference) else f"{signed(100 * difference, digits)} pts"


def signed(value: float | None, digits: int = 2) -> str:
    """A number with its sign.

    >>> signed(0.5), signed(-0.5), signed(0)
    ('+0.50', '−0.50', '±0.00')
    """
    if missing(value):
        return NOTHING
    shown = round(value, digits)
    return f"{'+' if shown > 0 else '−' if shown < 0 else '±'}{abs(shown):,.{digits}f}"


def yen(value: float | None) -> str:
    """Japanese yen; three significant digits below ¥100, whole yen above.

    >>> yen(1234.5), yen(0.01234), yen(12.345), yen(0)
    ('¥1,234', '¥0.0123', '¥12.3', '¥0')
    """
    if missing(value):
        return NOTHING
    if value == 0 or abs(value) >= 100:
        return f"¥{_number(value, 0)}"
    return f"¥{_number(value, max(0, 2 - math.floor(math.log10(abs(value)))))}"


def milliseconds(value: float | None) -> str:
    """A duration in the unit a reader would choose.

    >>> milliseconds(850.4), milliseconds(3420), milliseconds(90000)
    ('850 ms', '3.42 s', '1.5 min')
    """
    if missing(value):
        return NOTHING
    if value < 1000:
        return f"{value:.0f} ms"
    return f"{value / 1000:.3g} s" if value < 60000 else f"{value / 60000:,.1f} min"


def times(value: float | None) -> str:
    """A burn rate: how many times faster than the budget allows.

    >>> times(1.034), times(2.44), times(14.4), times(120)
    ('1.03×', '2.4×', '14.4×', '120×')
    """
    return NOTHING if missing(value) else f"{_number(value, 0 if value >= 100 else 1 if value >= 2 else 2)}×"


def day(value: "pd.Timestamp | None") -> str:
    """A day, as in `Sat 1 Aug 2026`."""
    return NOTHING if missing(value) else f"{value:%a} {value.day} {value:%b %Y}"


def moment(value: "pd.Timestamp | None", timezone: str) -> str:
    """An instant in the report's time zone, as in `Sat 1 Aug 2026 09:05`."""
    if missing(value):
        return NOTHING
    local = value.tz_convert(timezone)
    return f"{day(local)} {local:%H:%M}"


def with_interval(show: Callable[[float], str]) -> Callable[[float, float, float], Fragment]:
    """A function that shows a value with its interval beneath it in small print, both by `show`.

    >>> with_interval(percent)(0.5, 0.4, 0.6)
    '50.0&nbsp;% <small>[40.0, 60.0]</small>'
    """

    def cell(value: float, low: float, high: float) -> Fragment:
        if missing(value):
            return Fragment(NOTHING)
        ends = f" <small>[{safe(bare(show(low)))}, {safe(bare(show(high)))}]</small>" if not missing(low) else ""
        return Fragment(safe(show(value)) + ends)

    return cell


def bare(text: str) -> str:
    """The number without its unit, for the ends of an interval.

    >>> bare("40.0 %"), bare("3.4 s"), bare("¥12"), bare("+1.2 pts")
    ('40.0', '3.4 s', '¥12', '+1.2')
    """
    return text.removesuffix(" %").removesuffix(" pts")


# --- blocks ----------------------------------------------------------------------------------------------------------


def badge(state: str, words: str | None = None) -> Fragment:
    """The state as a coloured badge with a sign and a word."""
    sign, name = STATES.get(state, ("?", state))
    return Fragment(f'<span class="wb-badge wb-{html.escape(state)}">{sign} {html.escape(words or name)}</span>')


def verdict(state: str, sentence: str, *notes: object, words: str | None = None) -> Fragment:
    """The one sentence a hurried reader needs, with its state, in other `words` if given, and small notes beneath."""
    small = "".join(f'<p class="wb-note">{safe(note)}</p>' for note in notes if note)
    inside = f"{badge(state, words)}<p>{safe(sentence)}</p>{small}"
    return Fragment(f'<div class="wb"><div class="wb-verdict wb-{html.escape(state)}">{inside}</div></div>')


def card(
    state: str, title: str, value: str, note: object, facts: Iterable[tuple[str, object]], share: float | None = None, words: str = ""
) -> Fragment:
    """One objective: title and badge, the value in large type, a note, labelled facts and a bar of what is left (`share` of 1)."""
    rows = "".join(f"<dt>{safe(label)}</dt><dd>{safe(text)}</dd>" for label, text in facts)
    bar = "" if missing(share) else f'<div class="wb-bar"><i style="width:{100 * min(max(share, 0), 1):.0f}%"></i></div>'
    return Fragment(
        f'<section class="wb-card wb-{html.escape(state)}"><header><h4>{safe(title)}</h4>{badge(state, words)}</header>'
        f'<div class="wb-value">{safe(value)}</div><div class="wb-note">{safe(note)}</div>{bar}<dl>{rows}</dl></section>'
    )


def cards(items: Iterable[Fragment]) -> Fragment:
    """Cards side by side, as many as the page is wide."""
    return Fragment(f'<div class="wb"><div class="wb-cards">{"".join(items)}</div></div>')


def empty(sentence: str) -> Fragment:
    """A framed sentence where there is nothing to show."""
    return Fragment(f'<div class="wb"><div class="wb-empty">{safe(sentence)}</div></div>')


def lead(*sentences: object) -> Fragment:
    """A paragraph of plain text."""
    return Fragment(f'<div class="wb"><p class="wb-lead">{" ".join(safe(s) for s in sentences if s)}</p></div>')


def findings(items: Iterable[tuple[str, str]]) -> Fragment:
    """A list of sentences, each with its evidence in small print."""
    rows = "".join(f"<li>{safe(sentence)}<small>{safe(evidence)}</small></li>" for sentence, evidence in items)
    return Fragment(f'<div class="wb"><ul class="wb-findings">{rows}</ul></div>')


def details(summary: str, body: object) -> Fragment:
    """Text that opens on a click, and is open in print."""
    return Fragment(f'<div class="wb"><details><summary>{safe(summary)}</summary>{safe(body)}</details></div>')


def definitions(items: Iterable[tuple[str, str]]) -> Fragment:
    """Terms with what they mean."""
    rows = "".join(f"<dt>{safe(term)}</dt><dd>{safe(text)}</dd>" for term, text in items)
    return Fragment(f'<dl class="wb-defs">{rows}</dl>')


# --- tables and figures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column of a table: which value or values of the row, its heading with the unit, how it is shown, how it is set."""

    name: str | tuple[str, ...]
    label: str
    show: Callable[..., str] = str
    align: str = ""
    """`left`, `wrap` (left, long text) or empty for numbers, set right"""

    def cell(self, row: Mapping[str, Any]) -> str:
        """The cell of this column in a row, as safe HTML."""
        names = (self.name,) if isinstance(self.name, str) else self.name
        values = [row[name] for name in names]
        if row.get("suppressed", False) and not self.align:
            return f"<mark>{SUPPRESSED}</mark>"
        text = NOTHING if len(values) == 1 and missing(values[0]) else self.show(*values)
        return safe(text)

    @property
    def css(self) -> str:
        """The class attribute of its cells."""
        return f' class="wb-{self.align}"' if self.align else ""


def table(
    frame: "pd.DataFrame | Sequence[Mapping[str, Any]]", columns: Sequence[Column], caption: str = "", nothing: str = "No rows."
) -> Fragment:
    """The frame, or rows, as an HTML table, numbers set right. A row whose column `suppressed` is true shows its numbers as withheld.

    Args:
        frame: one row of it becomes one row of the table, in its order. Cells that are fragments must come as rows, not in a frame.
        columns: what to show, from left to right.
        caption: heading of the table.
        nothing: the sentence in place of a table without rows.
    """
    if not len(frame):
        return Fragment((f'<div class="wb"><p class="wb-title">{safe(caption)}</p></div>' if caption else "") + empty(nothing))
    head = "".join(f'<th scope="col"{" class=wb-left" if c.align else ""}>{safe(c.label)}</th>' for c in columns)
    records = frame.to_dict("records") if hasattr(frame, "to_dict") else frame
    rows = ("".join(f"<td{c.css}>{c.cell(row)}</td>" for c in columns) for row in records)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    title = f"<caption>{safe(caption)}</caption>" if caption else ""
    whole = f'<table class="wb-table">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return Fragment(f'<div class="wb"><div class="wb-scroll">{whole}</div></div>')


@dataclass(frozen=True)
class Panel:
    """A figure between its title, which says the finding, and its caption, which says what is drawn. Notebooks show it as three outputs."""

    title: str
    figure: Any
    caption: str

    def parts(self) -> tuple[Fragment, Any, Fragment]:
        """Title, figure and caption, as they follow one another."""
        title = Fragment(f'<div class="wb"><p class="wb-title">{safe(self.title)}</p></div>')
        return title, self.figure, Fragment(f'<div class="wb"><p class="wb-caption">{safe(self.caption)}</p></div>')

    def _ipython_display_(self) -> None:
        show(self)


def outputs(*parts: object) -> list[object]:
    """What a notebook cell displays for these parts: panels unfolded, fragments that follow one another put together.

    >>> outputs(Fragment("a"), Fragment("b"), Panel("t", "figure", "c"))[0]
    'ab<div class="wb"><p class="wb-title">t</p></div>'
    """
    made: list[object] = []
    for part in (item for whole in parts for item in (whole.parts() if isinstance(whole, Panel) else [whole])):
        if isinstance(part, Fragment) and made and isinstance(made[-1], Fragment):
            made[-1] = Fragment(made[-1] + part)
        else:
            made.append(part)
    return made


def show(*parts: object) -> None:
    """Display fragments and panels one below the other."""
    from IPython.display import display

    for part in outputs(*parts):
        display(part)
