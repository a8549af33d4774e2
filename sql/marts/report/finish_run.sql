-- Closes a report run in the ledger.
-- name: finish_run(run_id, state, verdict, reason, rows_read, output_path, read_from)
select marts.finish_report_run(
    cast(:run_id as uuid), :state, cast(:verdict as text), cast(:reason as text), cast(:rows_read as bigint), cast(:output_path as text),
    cast(:read_from as text)
) as finished;
