"""What is to be checked: platforms, tables, rules by id or pattern, in the words of the command line."""

import difflib
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from workbench.checking.schema import Rule, Suite
from workbench.errors import UsageError

Chosen = list[tuple[Suite, list[Rule]]]


def choose(suites: Sequence[Suite], targets: Iterable[str] | None) -> Chosen:
    """The rules that the targets name, in the order of the suites; all of them without a target.

    Args:
        targets: platforms (`mued`), tables (`mued.users`), topics (`retention`), rule ids or patterns of them (`MUED-PROV-*`).

    Raises:
        UsageError: a target names nothing; the sentence names what is near.
    """
    wanted = list(targets or [])
    if not wanted:
        return [(suite, list(suite.rules)) for suite in suites]
    found: dict[str, set[str]] = {target: _rules(suites, target) for target in wanted}
    for target, ids in found.items():
        if not ids:
            raise UsageError(_unknown(suites, target))
    ids = set().union(*found.values())
    kept = [(suite, [rule for rule in suite.rules if rule.id in ids]) for suite in suites]
    return [(suite, rules) for suite, rules in kept if rules]


def _rules(suites: Sequence[Suite], target: str) -> set[str]:
    return {rule.id for suite in suites for rule in suite.rules if _is_named(suite, rule, target)}


def _is_named(suite: Suite, rule: Rule, target: str) -> bool:
    return target in (suite.platform, suite.table, suite.name, rule.topic) or fnmatchcase(rule.id, target.upper())


def _unknown(suites: Sequence[Suite], target: str) -> str:
    names = {word for suite in suites for word in (suite.platform, suite.table, *(rule.topic for rule in suite.rules))}
    rules = [rule.id for suite in suites for rule in suite.rules]
    near = difflib.get_close_matches(target, sorted(names), n=3) or difflib.get_close_matches(target.upper(), rules, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`workbench check list` shows what there is."
    return f"There is no platform, table, topic or rule {target!r} to check; {hint}"
