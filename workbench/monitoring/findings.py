"""What deserves a look in a snapshot, one sentence each. Limits are stated, not tuned: they say where to look, not what is wrong."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workbench.plaintext import size, span

Rows = list[dict[str, Any]]

CONNECTIONS = 0.8  # of the limit
LONG_TRANSACTION_S = 300
LONG_WAIT_S = 10
COLD = 0.9  # share of blocks found in memory
COLD_BLOCKS = 100_000  # read: fewer are a database that has just started
DEAD, DEAD_ROWS = 0.2, 10_000
BEHIND_S, BEHIND_BYTES = 60, 100 * 1024**2
STALE_ROLLUP_S = 2 * 86_400
WRAPAROUND = 500_000_000  # transaction ids; autovacuum forces its way from 200 million on
DISK = 0.1  # of the disk, free


def found(rows: Mapping[str, Rows]) -> list[str]:
    """The sentences over all sections.

    Args:
        rows: by name of section.
    """
    return [sentence for name, look in _LOOKS.items() for sentence in look(rows.get(name, []))]


def _server(rows: Rows) -> Iterator[str]:
    for row in rows:
        if (age := row.get("oldest_transaction_id_age") or 0) > WRAPAROUND:
            yield f"The oldest transaction id is {age:,} transactions old; `workbench db maintenance` (VACUUM) must reach every table."
        free, total = row.get("disk_free_bytes"), row.get("disk_bytes")
        if free is not None and total and free < DISK * total:
            yield f"The disk of the embedded server has {size(free)} left of {size(total)}."


def _connections(rows: Rows) -> Iterator[str]:
    used, most = sum(row["connections"] for row in rows), max((row["max_connections"] for row in rows), default=1)
    if used >= CONNECTIONS * most:
        yield f"{used} of {most} connections are taken; pool them (PgBouncer) or raise max_connections."


def _transactions(rows: Rows) -> Iterator[str]:
    for row in rows:
        if row["open_s"] >= LONG_TRANSACTION_S:
            who, state = f"Process {row['pid']} ({row['login']})", row["state"]
            yield f"{who} has had a transaction open for {span(row['open_s'])} ({state}): it keeps dead rows alive."


def _waits(rows: Rows) -> Iterator[str]:
    for row in rows:
        if (row["waiting_s"] or 0) >= LONG_WAIT_S:
            blockers = ", ".join(str(pid) for pid in row["blocked_by"])
            held = f"held by {blockers} ({row['blocker_state']})"
            yield f"Process {row['pid']} has waited {span(row['waiting_s'])} for {row['what']}, {held}."


def _cache(rows: Rows) -> Iterator[str]:
    for row in rows:
        for what in ("table", "index"):
            ratio = row[f"{what}_hit_ratio"]
            if ratio is not None and ratio < COLD and row["blocks_read"] >= COLD_BLOCKS:
                yield f"Only {ratio:.0%} of the {what} blocks of {row['schema']} were found in memory; shared_buffers may be small for it."


def _tables(rows: Rows) -> Iterator[str]:
    for row in rows:
        if (row["dead_ratio"] or 0) >= DEAD and row["dead_rows"] >= DEAD_ROWS:
            yield f"{row['table']} holds {row['dead_rows']:,} dead rows ({row['dead_ratio']:.0%}); `workbench db maintenance` vacuums it."


def _scans(rows: Rows) -> Iterator[str]:
    for row in rows:
        if row["sequential_ratio"] >= 0.5 and row["sequential_scans"] >= 10:
            times = f"{row['sequential_scans']:,} times ({row['live_rows']:,} rows)"
            yield f"{row['table']} was read from end to end {times}; an index may be missing."


def _replicas(rows: Rows) -> Iterator[str]:
    for row in rows:
        if (row["behind_s"] or 0) >= BEHIND_S or (row["behind_bytes"] or 0) >= BEHIND_BYTES:
            yield f"Replica {row['replica']} is {span(row['behind_s'] or 0)} and {size(row['behind_bytes'] or 0)} behind."


def _standby(rows: Rows) -> Iterator[str]:
    for row in rows:
        if row["status"] != "streaming":
            yield f"This replica receives nothing from its primary (last change replayed: {row['last_replayed_at'] or 'none'})."
        elif (row["behind_s"] or 0) >= BEHIND_S:
            yield f"This replica is {span(row['behind_s'])} behind."


def _freshness(rows: Rows) -> Iterator[str]:
    for row in rows:
        if row["what"] == "rollup" and (row["age_s"] or 0) >= STALE_ROLLUP_S:
            yield f"The rollups of {row['name']} are {span(row['age_s'])} old; `workbench rollup` brings them up to date."
        if row["what"] == "report" and row["name"] and not row["note"].startswith("0 "):
            yield f"Report {row['name']}: {row['note']}; `marts.report_run` has the reasons."


def _partitions(rows: Rows) -> Iterator[str]:
    for row in rows:
        if row["missing"]:
            yield f"{row['table']} lacks the months {row['missing']}; `workbench partition ensure` makes them."
        if row["default_rows"]:
            yield f"{row['table']} has {row['default_rows']:,} rows in DEFAULT; `workbench partition ensure` moves them."


_LOOKS: dict[str, Callable[[Rows], Iterator[str]]] = {
    "server": _server,
    "connections": _connections,
    "transactions": _transactions,
    "waits": _waits,
    "cache": _cache,
    "tables": _tables,
    "scans": _scans,
    "replicas": _replicas,
    "standby": _standby,
    "freshness": _freshness,
    "partitions": _partitions,
}
