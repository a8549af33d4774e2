-- One row per question: whether the platform has any account, or any noted day or row of engagement in these time zones; else it lies idle.
-- name: derivable_activity(platform, zones)
select exists (select from marts.dim_learner where platform = cast(:platform as text))
    or exists (select from marts.touched_day where platform = cast(:platform as text) and fact = 'learner_day')
    or exists (select from marts.learner_day where time_zone = any(cast(:zones as text[])) and platform = cast(:platform as text))
    or exists (select from marts.learner_cohort where time_zone = any(cast(:zones as text[])) and platform = cast(:platform as text))
    or exists (select from marts.cohort_week where time_zone = any(cast(:zones as text[])) and platform = cast(:platform as text))
    or exists (select from marts.activity_day where time_zone = any(cast(:zones as text[])) and platform = cast(:platform as text))
