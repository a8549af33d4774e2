-- Opens a report run in the ledger and returns its key.
-- name: begin_run(report, parameters, parameters_hash, period_start, period_end, as_of, notebook_hash, sql_hash, schema_version, package_version, worker)
select cast(marts.begin_report_run(
    :report, cast(:parameters as jsonb), :parameters_hash, cast(:period_start as date), cast(:period_end as date),
    cast(:as_of as timestamptz), :notebook_hash, :sql_hash, cast(:schema_version as jsonb), :package_version, :worker
) as text) as run_id;
