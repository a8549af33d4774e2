-- One row per learner and skill: the learner's answers before a cut-off in their order, right ones as 1 and wrong ones as 0.
-- name: skill_answers(platform, cut_off)
select
    f.skill_id,
    string_agg(cast(cast(f.is_correct as integer) as text), '' order by f.occurred_at, f.attempt_id) as answers
from marts.fact_attempt as f
where
    f.platform = cast(:platform as text)
    and f.skill_id is not null
    and f.learner_id is not null
    and f.is_correct is not null
    and f.occurred_at < cast(:cut_off as timestamptz)
    and f.recorded_at < cast(:cut_off as timestamptz)
group by f.skill_id, f.learner_id
order by f.skill_id, f.learner_id
