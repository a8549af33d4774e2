-- One row: the key of the run that was written.
-- name: record_run(document)
select marts.record_check_run(cast(:document as jsonb)) as run_id
