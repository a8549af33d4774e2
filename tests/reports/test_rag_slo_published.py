"""The RAG report as it is published: from the command's parameters through the notebook to page and data."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workbench import db, presets, report, rollup
from workbench.publish.data import canonical
from workbench.reports import rag_slo
from workbench.settings import settings

AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "platform": "mued", "as_of": "2026-12-01T00:00:00Z"}
PUBLISHED = {
    "anyscale_70b": (2259.5, 3125.6, 3705.7),
    "bedrock_70b": (6989.2, 7833.5, 8093.4),
    "groq_70b": (805.2, 941.5, 992.3),
    "together_13b": (1586.5, 1910.3, 54314.4),
}
"""p50, p95 and p99 in milliseconds, computed independently of this project."""


def use(database: Any, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("WORKBENCH_DATABASE_URL", database.url.render_as_string(hide_password=False))
    settings.cache_clear()


@pytest.mark.slow
def test_the_published_report_is_the_frames_and_fits_in_a_mail(
    seeded_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(seeded_database, monkeypatch)
    try:
        result = report.run("rag_slo", dict(AUGUST), out=tmp_path)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    page = result.html.read_text(encoding="utf-8")
    written = json.loads((result.html.parent / "data.json").read_text(encoding="utf-8"))
    with seeded_database.connect(db.READER) as connection:
        frames = rag_slo.build(connection, {**AUGUST, "timezone": "UTC"})
    assert written["frames"] == json.loads(canonical(frames)) and written["verdict"]["state"] == "breached" == result.state
    assert len(page.encode()) < 6_000_000 and (result.html.parent / "report.ipynb").stat().st_size < 1_000_000
    assert "What stands out" in page and page.count("application/json") >= 8
    assert '<section class="cell"><div class="prose"><p>Whether' not in page, "the note for analysts stays in the notebook"


def test_on_real_requests_the_report_has_the_published_percentiles(database: Any, real_data: Path) -> None:
    with database.connect() as connection:
        presets.load_preset(connection, "mued", "llm-requests", real_data / "llmperf" / "individual", start=date(2026, 8, 1))
        connection.commit()
        rollup.refresh(connection)
        connection.commit()
    with database.connect(db.READER) as connection:
        frames = rag_slo.build(connection, {**AUGUST, "timezone": "UTC"})
    models, daily = frames["latency_models"].set_index("model"), frames["latency_daily"]
    for model, figures in PUBLISHED.items():
        assert list(models.loc[model, ["p50_ms", "p95_ms"]].astype(float)) == pytest.approx(figures[:2], rel=0.011)
        day = daily[daily["p50_ms"].round(1) == figures[0]].iloc[0]
        assert [round(float(value), 1) for value in day[["p50_ms", "p95_ms", "p99_ms"]]] == list(figures)
    objectives = frames["objectives"].set_index("objective")
    assert (objectives.loc["availability", "total"], objectives.loc["availability", "bad"]) == (2845, 539)
    assert objectives.loc["latency", "total"] == 2845 - 539
    assert objectives.loc["cost-per-answer", "state"] == "no_data" and frames["cost"].iloc[0]["unpriced"] == 2845 - 539
