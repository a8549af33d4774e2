"""The part of OpenSLO v1 that the workbench reads, as models that know what each field may hold.

An `SLO` with a ratio indicator whose metric sources are SQL conditions over a fact, and an `AlertPolicy`, inline or by reference. Whatever
OpenSLO knows beyond that (data sources, services, threshold metrics) is refused by name rather than silently left out.
"""

import re
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from workbench.yamlfiles import Model, refuse

_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "M": 30 * 86400, "Q": 90 * 86400, "Y": 365 * 86400}
SLOT = 300
"""Seconds of the finest slice that is kept."""


def seconds(duration: str) -> int:
    """Length of an OpenSLO duration such as `5m`, `28d` or `1M` (30 days) in seconds.

    >>> seconds("5m"), seconds("28d") // 86400
    (300, 28)
    """
    return int(duration[:-1]) * _UNITS[duration[-1]]


def _duration(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,3}[mhdwMQY]", text):
        raise refuse("must be a whole number and a unit (m, h, d, w, M, Q, Y), for instance 5m or 28d")
    return text


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", text):
        raise refuse("must be at most 63 lower-case letters, digits and dashes, such as citation-coverage")
    return text


def _condition(text: str) -> str:
    bare = re.sub(r"'(?:[^']|'')*'", "''", text)
    if not bare.strip():
        raise refuse("must be an SQL condition over the fact's columns, such as not is_error")
    if "'" in bare.replace("''", ""):
        raise refuse("has an opening quote without its closing one")
    if ";" in bare or "--" in bare or "/*" in bare:
        raise refuse("must be one SQL condition, without semicolon and comment")
    depth = 0
    for sign in re.findall(r"[()]", bare):
        depth += 1 if sign == "(" else -1
        if depth < 0:
            break
    if depth:
        raise refuse("has brackets that do not match")
    return text.strip()


Duration = Annotated[str, AfterValidator(_duration)]
Name = Annotated[str, AfterValidator(_name)]
Condition = Annotated[str, AfterValidator(_condition)]


class Metadata(Model):
    """Name, title, labels and annotations of an object."""

    name: Name
    display_name: str = Field("", alias="displayName")
    labels: dict[str, str | list[str]] = Field({})
    annotations: dict[str, str] = Field({})


class FactSpec(Model):
    """Which rows of which fact are meant."""

    fact: str
    where: Condition


class MetricSource(Model):
    """Where a count comes from: always the workbench's own facts."""

    type: Literal["workbench"]
    spec: FactSpec


class Metric(Model):
    """One of the counts of a ratio."""

    metric_source: MetricSource = Field(alias="metricSource")


class RatioMetric(Model):
    """Good (or bad) events out of a total; a good event is one of the total's."""

    counter: bool = False
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric

    @model_validator(mode="after")
    def _one_fact(self) -> Self:
        if (self.good is None) == (self.bad is None):
            raise refuse("must have exactly one of good and bad beside total")
        given = self.good or self.bad
        if given and given.metric_source.spec.fact != self.total.metric_source.spec.fact:
            raise refuse("must count good (or bad) and total over the same fact")
        return self


class IndicatorSpec(Model):
    """What the indicator counts."""

    description: str = Field("", max_length=1050)
    ratio_metric: RatioMetric = Field(alias="ratioMetric")


class Indicator(Model):
    """The service level indicator, written inside its objective."""

    metadata: Metadata
    spec: IndicatorSpec


class Calendar(Model):
    """Where a calendar-aligned window starts."""

    start_time: Any = Field(alias="startTime")
    time_zone: str = Field(alias="timeZone")


class TimeWindow(Model):
    """The period the budget is given for."""

    duration: Duration
    is_rolling: bool = Field(False, alias="isRolling")
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _kind(self) -> Self:
        if self.is_rolling == (self.calendar is not None):
            raise refuse("must either have isRolling: true or a calendar with startTime and timeZone")
        if seconds(self.duration) < 86400 or self.duration[-1] in "mh":
            raise refuse("must last whole days, weeks, months, quarters or years, for instance duration: 30d")
        if self.is_rolling and self.duration[-1] not in "dw":
            raise refuse("that rolls must last whole days or weeks, for instance duration: 30d")
        return self


class Target(Model):
    """How good is good enough."""

    display_name: str = Field("", alias="displayName")
    target: float | None = None
    target_percent: float | None = Field(None, alias="targetPercent")
    time_slice_target: float | None = Field(None, alias="timeSliceTarget", gt=0, le=1)
    time_slice_window: int | Duration | None = Field(None, alias="timeSliceWindow")

    @field_validator("target", "target_percent")
    @classmethod
    def _below_all(cls, value: float | None, info: Any) -> float | None:
        whole = 1 if info.field_name == "target" else 100
        if value is not None and not 0 < value < whole:
            raise refuse(f"must lie between 0 and {whole}, both excluded: a target of {whole} leaves no error budget")
        return value

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.target is None) == (self.target_percent is None):
            raise refuse("must have exactly one of target and targetPercent")
        if self.slice_seconds is not None and (self.slice_seconds < SLOT or self.slice_seconds % SLOT):
            raise refuse("must have a timeSliceWindow of 5 minutes or a multiple of them, for instance 1h or 1d")
        return self

    @property
    def ratio(self) -> float:
        """The target as a ratio."""
        return self.target if self.target is not None else float(Fraction(str(self.target_percent)) / 100)

    @property
    def slice_seconds(self) -> int | None:
        """Length of a time slice; a bare number is minutes, as OpenSLO says."""
        window = self.time_slice_window
        return window * 60 if isinstance(window, int) else seconds(window) if window else None


class BurnRate(Model):
    """Fires while the budget burns at `threshold` times the even pace over `lookbackWindow` and over `alertAfter`."""

    kind: Literal["burnrate"] = "burnrate"
    op: Literal["gte"] = "gte"
    threshold: float = Field(gt=0)
    lookback_window: Duration = Field(alias="lookbackWindow")
    alert_after: Duration = Field(alias="alertAfter")

    @model_validator(mode="after")
    def _short_in_long(self) -> Self:
        if seconds(self.alert_after) >= seconds(self.lookback_window):
            raise refuse("must have an alertAfter (the short window) below its lookbackWindow, usually a twelfth of it")
        if seconds(self.alert_after) % SLOT or seconds(self.lookback_window) % SLOT:
            raise refuse("must have windows that are multiples of 5 minutes, the slices that are kept")
        return self


class ConditionSpec(Model):
    """How urgent, and when."""

    description: str = Field("", max_length=1050)
    severity: Literal["page", "ticket"]
    condition: BurnRate


class AlertCondition(Model):
    """A condition written inside its policy."""

    kind: Literal["AlertCondition"]
    metadata: Metadata
    spec: ConditionSpec


class NotificationTarget(Model):
    """Whom to tell: kept for the file's other readers; the workbench reports and sends nothing."""

    target_ref: str = Field(alias="targetRef")


class PolicySpec(Model):
    """What an alert policy watches."""

    description: str = Field("", max_length=1050)
    alert_when_no_data: bool = Field(False, alias="alertWhenNoData")
    alert_when_resolved: bool = Field(False, alias="alertWhenResolved")
    alert_when_breaching: bool = Field(True, alias="alertWhenBreaching")
    conditions: tuple[AlertCondition, ...] = Field(min_length=1, max_length=1, strict=False)
    notification_targets: tuple[NotificationTarget, ...] = Field((), alias="notificationTargets", strict=False)


class PolicyEntry(Model):
    """A policy of an objective: by reference, or in full."""

    alert_policy_ref: Name | None = Field(None, alias="alertPolicyRef")
    kind: Literal["AlertPolicy"] | None = None
    metadata: Metadata | None = None
    spec: PolicySpec | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        inline = [part is not None for part in (self.kind, self.metadata, self.spec)]
        if any(inline) == (self.alert_policy_ref is not None) or any(inline) != all(inline):
            raise refuse("must be an alertPolicyRef, or kind: AlertPolicy with metadata and spec")
        return self


class SloSpec(Model):
    """What is promised."""

    description: str = Field(min_length=1, max_length=1050)
    service: Name
    indicator: Indicator
    time_window: tuple[TimeWindow, ...] = Field(alias="timeWindow", min_length=1, max_length=1, strict=False)
    budgeting_method: Literal["Occurrences", "Timeslices", "RatioTimeslices"] = Field(alias="budgetingMethod")
    objectives: tuple[Target, ...] = Field(min_length=1, max_length=1, strict=False)
    alert_policies: tuple[PolicyEntry, ...] = Field((), alias="alertPolicies", strict=False)

    @model_validator(mode="after")
    def _slices(self) -> Self:
        goal = self.objectives[0]
        if self.budgeting_method != "Occurrences" and goal.slice_seconds is None:
            raise refuse(f"needs objectives[0].timeSliceWindow because its budgetingMethod is {self.budgeting_method}")
        if self.budgeting_method == "Timeslices" and goal.time_slice_target is None:
            raise refuse("needs objectives[0].timeSliceTarget because its budgetingMethod is Timeslices")
        return self


class Slo(Model):
    """A document of kind SLO."""

    api_version: Literal["openslo/v1"] = Field(alias="apiVersion")
    kind: Literal["SLO"]
    metadata: Metadata
    spec: SloSpec


class AlertPolicy(Model):
    """A document of kind AlertPolicy."""

    api_version: Literal["openslo/v1"] = Field(alias="apiVersion")
    kind: Literal["AlertPolicy"]
    metadata: Metadata
    spec: PolicySpec
