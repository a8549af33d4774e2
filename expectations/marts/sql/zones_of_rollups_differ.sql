-- One row per part of a day rollup at fault: another day rollup of the platform has its time zone, and a third has not.
with day_rollup as (
    select *
    from marts.rollup_state
    where rollup in ('ai_answer_day', 'ai_answer_latency', 'learner_ai_day')
)
select
    d.rollup,
    d.part,
    d.platform
from day_rollup as d
where (select count(distinct o.rollup) from day_rollup as o where o.platform = d.platform and o.part = d.part)
    < (select count(distinct o.rollup) from day_rollup as o where o.platform = d.platform)
