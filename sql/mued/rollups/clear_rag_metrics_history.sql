-- One row per stored UTC day of metrics that is about to be computed anew; sealed days stay.
-- name: clear_rag_metrics_history()!
delete from mued.rag_metrics_history
where date in (select day from batch_day where time_zone = 'UTC' and not sealed)
