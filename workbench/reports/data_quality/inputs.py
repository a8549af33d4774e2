"""What the data quality report reads: the answers of the period, the standing of every rule, and the suites they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import check
from workbench.checking.schema import Rule, Suite
from workbench.queries import checks
from workbench.reports.scope import Scope
from workbench.rollups.parts import chosen_platforms

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class Inputs:
    """Everything read for one scope.

    Attributes:
        scope: the parameters. platforms: those reported on, marts among them.
        answers: `queries.checks.results` of the period. standing: `queries.checks.history` at the cut-off.
        rules: rule and suite by rule id, of the suites of this installation.
    """

    scope: Scope
    platforms: tuple[str, ...]
    answers: pd.DataFrame
    standing: pd.DataFrame
    rules: Mapping[str, tuple[Suite, Rule]]

    @property
    def until(self) -> datetime:
        """The instant before which runs count."""
        return self.scope.until_at


def read(connection: "Connection", parameters: Mapping[str, Any]) -> Inputs:
    """Ask the database and read the suite files."""
    scope = Scope.of(parameters)
    platforms = ("marts", *chosen_platforms(scope.platform))
    answers = checks.results(connection, since=scope.start_at, until=scope.until_at, platform=platforms)
    standing = checks.history(connection, platform=platforms, until=scope.until_at)
    known = {rule.id: (suite, rule) for suite in check.load_suites() for rule in suite.rules if suite.platform in platforms}
    return Inputs(scope, platforms, answers, standing, known)
