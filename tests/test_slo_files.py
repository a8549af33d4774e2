"""OpenSLO files: what ships is sound, what is wrong is refused with file, field and what is allowed, yours come on top."""

import os
from pathlib import Path

import pytest
import yaml

from workbench import slo_files
from workbench.errors import UsageError
from workbench.metrics.goals import DAY, LADDER

SHIPPED = ["availability", "latency", "citation-coverage", "citation-integrity", "relevance", "satisfaction", "cost-per-answer"]

GOOD = """
apiVersion: openslo/v1
kind: SLO
metadata:
  name: quick
  displayName: 速い回答
  labels: {owner: [ops, content], platform: mued}
  annotations: {workbench.order: "0", workbench.unit: ms, workbench.threshold: "900", example.com/dashboard: d-17}
spec:
  description: Answers within 900 ms.
  service: ai
  indicator:
    metadata: {name: quick-answers}
    spec:
      ratioMetric:
        good: {metricSource: {type: workbench, spec: {fact: fact_ai_answer, where: latency_ms <= 900}}}
        total: {metricSource: {type: workbench, spec: {fact: fact_ai_answer, where: not is_error}}}
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.95}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, text: str, name: str = "quick.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def refused(folder: Path, text: str) -> str:
    path = write(folder, text)
    with pytest.raises(UsageError) as caught:
        slo_files.load_objectives(folder)
    message = str(caught.value)
    assert message.startswith(str(path)) and message.endswith(".") and "\n" not in message
    return message.removeprefix(str(path))


# --- shipped ---------------------------------------------------------------------------------------------------------


def test_the_shipped_objectives_come_in_their_order() -> None:
    objectives = slo_files.read_folder(slo_files.FOLDER)
    assert [one.name for one in sorted(objectives, key=lambda one: one.order)] == SHIPPED
    for one in objectives:
        assert one.path.stem == one.name, "a file is named after its objective"
        assert one.display_name != one.name and len(one.description) > 60 and one.service and one.owner
        assert one.budgeting_method == "Occurrences" and one.window_days == 30 and one.replaces is None
        assert [(r.severity, r.share, r.long, r.short) for r in one.ladder] == [(r.severity, r.share, r.long, r.short) for r in LADDER]


def test_the_shipped_files_keep_to_what_openslo_allows_in_names() -> None:
    for path in slo_files.FOLDER.glob("*.yaml"):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            for value in document["metadata"].get("annotations", {}).values():
                assert isinstance(value, str) and len(value) <= 63
            assert len(" ".join(document["spec"]["description"].split())) <= 1050


# --- reading ---------------------------------------------------------------------------------------------------------


def test_every_field_reaches_the_objective(folder: Path) -> None:
    path = write(folder, GOOD)
    (one,) = slo_files.read_folder(folder)
    assert (one.name, one.display_name, one.service, one.owner, one.platforms) == ("quick", "速い回答", "ai", "ops, content", ("mued",))
    assert (one.fact, one.good, one.total) == ("fact_ai_answer", "latency_ms <= 900", "not is_error")
    assert (one.target, one.window_days, one.unit, one.threshold, one.order, one.path) == (0.95, 28, "ms", 900, 0, path)
    assert one.ladder == LADDER and one.goal.target == 0.95 and one.goal.method == "Occurrences"


def test_bad_events_may_be_given_in_place_of_good_ones(folder: Path) -> None:
    write(folder, changed("good: {metricSource", "bad: {metricSource"))
    assert slo_files.read_folder(folder)[0].good == "(latency_ms <= 900) is not true"


def test_a_target_in_per_cent_is_exact(folder: Path) -> None:
    write(folder, changed("target: 0.95", "targetPercent: 99.95"))
    assert slo_files.read_folder(folder)[0].target == 0.9995


def test_time_slices_and_calendar_windows(folder: Path) -> None:
    text = changed("Occurrences", "Timeslices").replace("{target: 0.95}", "{target: 0.9, timeSliceTarget: 0.95, timeSliceWindow: 1d}")
    write(
        folder,
        text.replace("{duration: 4w, isRolling: true}", "{duration: 1M, calendar: {startTime: 2026-01-01 00:00:00, timeZone: Asia/Tokyo}}"),
    )
    one = slo_files.read_folder(folder)[0]
    assert (one.window_days, one.time_slice_window, one.time_slice_target) == (30, DAY, 0.95)
    assert one.goal.slice_seconds == DAY and one.goal.slice_target == 0.95
    write(folder, changed("Occurrences", "RatioTimeslices").replace("{target: 0.95}", "{target: 0.9, timeSliceWindow: 15}"))
    assert slo_files.read_folder(folder)[0].time_slice_window == 900, "a bare number is minutes"


POLICY = """
    - kind: AlertPolicy
      metadata: {name: inline}
      spec:
        conditions:
          - kind: AlertCondition
            metadata: {name: c}
            spec: {severity: page, condition: {kind: burnrate, threshold: 7, lookbackWindow: 2h, alertAfter: 10m}}
"""


def test_alert_policies_inline_or_shipped_become_rungs(folder: Path) -> None:
    write(folder, GOOD + "  alertPolicies:\n    - alertPolicyRef: ticket-slow-burn" + POLICY)
    objectives = {one.name: one for one in slo_files.load_objectives(folder)}
    rungs = objectives["quick"].ladder
    assert [(r.severity, r.long, r.short, float(r.threshold(28 * DAY))) for r in rungs] == [
        ("page", 7200, 600, 7),
        ("ticket", DAY, 7200, 3),
    ]


# --- yours -----------------------------------------------------------------------------------------------------------


def test_your_objective_comes_on_top_or_takes_the_place_of_a_shipped_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, GOOD)
    write(folder, changed("name: quick\n", "name: latency\n"), "mine.yml")
    found = {one.name: one for one in slo_files.load_objectives(folder)}
    assert found.keys() == {*SHIPPED, "quick"}
    assert found["latency"].path.parent == folder and found["latency"].replaces == slo_files.FOLDER / "latency.yaml"
    assert found["quick"].replaces is None
    from workbench.settings import settings

    monkeypatch.setenv("WORKBENCH_SLO_PATH", str(folder))
    settings.cache_clear()
    try:
        assert [one.name for one in slo_files.load_objectives()] == [one.name for one in slo_files.load_objectives(folder)]
    finally:
        settings.cache_clear()


def test_a_folder_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="no such folder; WORKBENCH_SLO_PATH must name"):
        slo_files.load_objectives(folder / "none")


def test_a_name_twice_in_a_folder_is_refused(folder: Path) -> None:
    write(folder, GOOD, "a.yaml")
    assert "'quick' is taken by" in refused(folder, GOOD)
    policy = "apiVersion: openslo/v1\nkind: AlertPolicy\n" + "\n".join(line[6:] for line in POLICY.splitlines()[2:])
    (folder / "a.yaml").unlink()
    assert "two alert policies named 'inline'" in refused(folder, f"{policy}\n---\n{policy}")


# --- wrong -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("target: 0.95", "target: 1", "target must lie between 0 and 1, both excluded: a target of 1 leaves no error budget"),
        ("target: 0.95", "target: 0.0", "spec.objectives[0].target must lie between 0 and 1"),
        ("target: 0.95", "targetPercent: 100", "spec.objectives[0].targetPercent must lie between 0 and 100"),
        ("target: 0.95", "target: high", "spec.objectives[0].target is 'high', and should be a valid number"),
        ("target: 0.95", "target: 0.95, targetPercent: 95", "spec.objectives[0] must have exactly one of target and targetPercent"),
        ("target: 0.95", "tarjet: 0.95", "objectives[0].tarjet is not known, did you mean target?; allowed here: displayName, target,"),
        ("objectives: [{target: 0.95}]", "objectives: []", "spec.objectives is [], and"),
        ("Occurrences", "Ocurrences", "spec.budgetingMethod is 'Ocurrences'; allowed: 'Occurrences', 'Timeslices' or 'RatioTimeslices'"),
        ("Occurrences", "Timeslices", "needs objectives[0].timeSliceWindow because its budgetingMethod is Timeslices"),
        ("duration: 4w", "duration: 4 weeks", "spec.timeWindow[0].duration must be a whole number and a unit (m, h, d, w, M, Q, Y)"),
        ("duration: 4w", "duration: 1M", "spec.timeWindow[0] that rolls must last whole days or weeks"),
        ("duration: 4w", "duration: 90m", "spec.timeWindow[0] must last whole days"),
        ("isRolling: true", "isRolling: false", "must either have isRolling: true or a calendar"),
        ("openslo/v1", "openslo/v2", "apiVersion is 'openslo/v2'; allowed: 'openslo/v1'"),
        ("kind: SLO", "kind: Service", "kind: Service is not known; allowed: SLO, AlertPolicy"),
        ("kind: SLO", "kind: SLo", "did you mean SLO?"),
        ("name: quick\n", "name: Quick Answers\n", "metadata.name must be at most 63 lower-case letters, digits and dashes"),
        ("  description: Answers within 900 ms.\n", "", "spec.description is missing"),
        ("total: {metricSource: {type: workbench", "total: {metricSource: {type: Prometheus", "allowed: 'workbench'"),
        ("fact_ai_answer, where: latency_ms", "fact_citation, where: latency_ms", "must count good (or bad) and total over the same fact"),
        ("good: {metricSource", "god: {metricSource", "ratioMetric.god is not known, did you mean good?; allowed here: counter,"),
        ("fact_ai_answer", "fact_ai_answers", "spec.fact: fact_ai_answers is not known, did you mean fact_ai_answer?; allowed: fact_"),
        ("where: not is_error", 'where: ""', "total.metricSource.spec.where must be an SQL condition"),
        ("where: not is_error", "where: is_error; drop table x", "where must be one SQL condition, without semicolon and comment"),
        ("where: not is_error", "where: is_error --", "without semicolon and comment"),
        ("where: not is_error", 'where: "true) or (true"', "where has brackets that do not match"),
        ("where: not is_error", "where: model = 'a", "where has an opening quote without its closing one"),
        ("platform: mued", "platform: muet", "metadata.labels.platform: muet is not known, did you mean mued?; allowed: mued, learning"),
        ("workbench.unit", "workbench.units", "annotations: workbench.units is not known, did you mean workbench.unit?"),
        ('"900"', '"fast"', 'metadata.annotations.workbench.threshold must be a number in quotes, such as "3000"'),
        ('"900"', "900", "metadata.annotations.workbench.threshold is 900, and should be a valid string"),
        ("  service: ai\n", "  service: ai\n  service: ai\n", "line 12: the key 'service' is written twice"),
        ("[{target: 0.95}]", "[{target: 0.95}", ": "),
        (GOOD, "- just\n- a list\n", "must be an OpenSLO document that starts with apiVersion"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_field_and_what_is_allowed(folder: Path, old: str, new: str, said: str) -> None:
    assert said in refused(folder, changed(old, new))


@pytest.mark.parametrize(
    ("slices", "said"),
    [
        ("timeSliceWindow: 1d", "needs objectives[0].timeSliceTarget"),
        ("timeSliceWindow: 7m, timeSliceTarget: 0.9", "timeSliceWindow of 5 minutes or a multiple"),
        ("timeSliceWindow: 1d, timeSliceTarget: 1.2", "timeSliceTarget is 1.2, and should be less than or equal to 1"),
    ],
)
def test_slices_need_their_window_and_target(folder: Path, slices: str, said: str) -> None:
    text = changed("Occurrences", "Timeslices").replace("target: 0.95", f"target: 0.95, {slices}")
    assert said in refused(folder, text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("alertAfter: 10m", "alertAfter: 2h", "must have an alertAfter (the short window) below its lookbackWindow"),
        ("alertAfter: 10m", "alertAfter: 7m", "multiples of 5 minutes"),
        ("severity: page", "severity: loud", "severity is 'loud'; allowed: 'page' or 'ticket'"),
        ("kind: AlertPolicy", "alertPolicyRef: page-burn", "alertPolicies[0] must be an alertPolicyRef, or kind: AlertPolicy with"),
        ("lookbackWindow", "lookBackWindow", "condition.lookBackWindow is not known, did you mean lookbackWindow?"),
    ],
)
def test_a_wrong_alert_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    assert old in POLICY
    assert said in refused(folder, GOOD + "  alertPolicies:" + POLICY.replace(old, new))


def test_an_unknown_policy_is_refused_with_a_near_one(folder: Path) -> None:
    said = refused(folder, GOOD + "  alertPolicies: [{alertPolicyRef: page-burns}]")
    assert (
        "spec.alertPolicies[0].alertPolicyRef: page-burns is not known, did you mean page-burn?; allowed: page-burn, page-fast-burn" in said
    )


def test_several_mistakes_are_counted(folder: Path) -> None:
    assert "more after it)" in refused(folder, changed("apiVersion: openslo/v1", "apiversion: openslo/v1").replace("0.95", "2"))


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "quick.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read as YAML text in UTF-8"):
        slo_files.load_objectives(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_refused(folder: Path) -> None:
    write(folder, GOOD).chmod(0)
    with pytest.raises(UsageError, match="cannot be read"):
        slo_files.load_objectives(folder)


def test_a_condition_may_hold_quoted_brackets_and_dashes(folder: Path) -> None:
    write(folder, changed("where: not is_error", "where: \"model not in ('a;--b', 'it''s (')\""))
    assert slo_files.read_folder(folder)[0].total == "model not in ('a;--b', 'it''s (')"


# --- against the server ----------------------------------------------------------------------------------------------


def test_the_shipped_conditions_are_sql_over_their_facts(connection: object) -> None:
    for one in slo_files.load_objectives():
        slo_files.check_sql(connection, one)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("latency_ms <= 900", "latency_s <= 0.9", 'good of .+fact_ai_answer.+ refused by the server: column "latency_s" does not exist'),
        ("where: not is_error", "where: not is_eror", "total of .+is_eror"),
        ("where: not is_error", "where: latency_ms", "total of "),
        ("fact_ai_answer", "fact_session", 'total of .+fact_session.+column "model" does not exist'),
    ],
)
def test_a_condition_the_server_refuses_names_file_and_field(folder: Path, connection: object, old: str, new: str, said: str) -> None:
    path = write(folder, changed(old, new))
    (one,) = slo_files.read_folder(folder)
    with pytest.raises(UsageError, match=said) as caught:
        slo_files.check_sql(connection, one)  # type: ignore[arg-type]
    assert str(caught.value).startswith(str(path))
    slo_files.check_sql(connection, slo_files.read_folder(slo_files.FOLDER)[0])  # type: ignore[arg-type]


def test_a_per_cent_sign_in_a_condition_is_only_text(folder: Path, connection: object) -> None:
    write(folder, changed("where: not is_error", "where: \"model like 'gpt%'\""))
    slo_files.check_sql(connection, slo_files.read_folder(folder)[0])  # type: ignore[arg-type]
