-- One row per call: whether the rollups of progress hold answers of a time after the period, so that its end has to be computed from facts.
-- name: progress_is_later(platforms, until)
select exists (
    select
    from marts.learner_skill
    where platform = any(cast(:platforms as text[])) and last_at >= cast(:until as timestamptz)
) as is_later
