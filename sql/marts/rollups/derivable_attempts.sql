-- One row per question: whether the platform has any learner with answers, or whose answers changed; else it lies idle.
-- name: derivable_attempts(platform, zones)
select exists (select from marts.touched_learner where platform = cast(:platform as text))
    or exists (
        select from marts.learner_attempt_day where time_zone = any(cast(:zones as text[])) and platform = cast(:platform as text)
    )
