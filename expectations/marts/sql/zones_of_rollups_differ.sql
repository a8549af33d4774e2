-- One row per part of a day rollup at fault: another day rollup of its family on the platform has its time zone, and a third has not.
with day_rollup as (
    select
        s.*,
        s.rollup in ('learner_day', 'session_day', 'activity_day', 'learner_cohort', 'cohort_week') as of_activity
    from marts.rollup_state as s
    where s.rollup in (
        'ai_answer_day', 'ai_answer_latency', 'learner_ai_day', 'learner_day', 'session_day', 'activity_day', 'learner_cohort', 'cohort_week'
    )
), counted as (
    select
        d.*,
        (
            select count(distinct o.rollup)
            from day_rollup as o
            where o.platform = d.platform and o.of_activity = d.of_activity and o.part = d.part
        ) as have,
        (select count(distinct o.rollup) from day_rollup as o where o.platform = d.platform and o.of_activity = d.of_activity) as all_of_them
    from day_rollup as d
)
select
    rollup,
    part,
    platform
from counted
where have < all_of_them
