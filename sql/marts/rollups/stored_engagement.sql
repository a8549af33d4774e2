-- One row per question: whether the platform has any account, or any rollup of engagement holds rows of it in these time zones.
-- name: stored_engagement(platform, zones)
select exists (select from marts.dim_learner where platform = cast(:platform as text))
    or exists (select from marts.learner_day where time_zone = any(cast(:zones as text[])) and platform = cast(:platform as text))
    or exists (select from marts.learner_cohort where time_zone = any(cast(:zones as text[])) and platform = cast(:platform as text))
    or exists (select from marts.cohort_week where time_zone = any(cast(:zones as text[])) and platform = cast(:platform as text))
    or exists (select from marts.activity_day where time_zone = any(cast(:zones as text[])) and platform = cast(:platform as text))
    as is_stored
