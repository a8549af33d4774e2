"""A run as JUnit XML: a test suite for each table, a failure at or above the bar, what lies below it as output of a test that passed."""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from workbench.checking.results import CheckRun, RuleResult
from workbench.checking.schema import SEVERITIES

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(run: CheckRun, path: Path, fail_on: str = "critical") -> None:
    """Write a run for GitHub, GitLab and whatever else reads JUnit; `fail_on` is the bar, a severity."""
    path.parent.mkdir(parents=True, exist_ok=True)
    root = document(run, fail_on)
    ElementTree.indent(root)
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def document(run: CheckRun, fail_on: str = "critical") -> ElementTree.Element:
    """The run as an element `testsuites`."""
    root = ElementTree.Element("testsuites", _sums("data checks", run.results, fail_on))
    for name, results in groupby(run.results, key=lambda result: result.suite.name):
        mine = list(results)
        stamp = run.started_at.replace(tzinfo=None, microsecond=0).isoformat()
        suite = ElementTree.SubElement(root, "testsuite", {**_sums(name, mine, fail_on), "skipped": "0", "timestamp": stamp})
        for result in mine:
            _case(suite, result, fail_on)
    return root


def _sums(name: str, results: Sequence[RuleResult], fail_on: str) -> dict[str, str]:
    numbers = {
        "tests": len(results),
        "failures": sum(_fails(result, fail_on) for result in results),
        "errors": sum(result.state == "error" for result in results),
    }
    return {"name": name, **{key: str(number) for key, number in numbers.items()}, "time": _seconds(sum(r.duration_ms for r in results))}


def _fails(result: RuleResult, fail_on: str) -> bool:
    return result.state == "failed" and SEVERITIES.index(result.rule.severity) <= SEVERITIES.index(fail_on)


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"


def _case(suite: ElementTree.Element, result: RuleResult, fail_on: str) -> None:
    name = _clean(f"{result.rule.id} {result.rule.reason}")
    about = {"classname": result.suite.name, "name": name, "file": str(result.rule.file or result.suite.path)}
    case = ElementTree.SubElement(suite, "testcase", {**about, "time": _seconds(result.duration_ms)})
    if result.state == "passed":
        return
    told = _clean(f"{result.rule.severity}: {result.message}")
    if result.state == "error" or _fails(result, fail_on):
        kind = "error" if result.state == "error" else "failure"
        ElementTree.SubElement(case, kind, {"message": told, "type": result.rule.severity}).text = _details(result)
    else:
        ElementTree.SubElement(case, "system-out").text = f"{told}\n{_details(result)}"


def _details(result: RuleResult) -> str:
    keys = "; ".join(", ".join(f"{name}={value}" for name, value in key.items()) for key in result.keys)
    lines = {"rule": result.rule.says, "source": result.rule.source, "owner": result.suite.owner, "keys": keys, "see": result.see_sql}
    return _clean("\n".join(f"{name}: {text}" for name, text in lines.items() if text))


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _UNPRINTABLE.sub("�", text)
