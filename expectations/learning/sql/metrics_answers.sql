-- One row per learner at fault: the weekly accuracies rest on more answers than there are. Not judged once answers were archived.
with stated as (
    select
        user_id,
        sum(case when metric_data ->> 'answers' ~ '^[0-9]{1,9}$' then cast(metric_data ->> 'answers' as bigint) end) as answers
    from learning.progress_metrics
    where metric_type = 'accuracy' and time_period = 'weekly'
    group by user_id
),
counted as (
    select user_id, count(*) as answers
    from learning.interactions
    where interaction_type = 'answer'
    group by user_id
)
select stated.user_id
from stated
left join counted on counted.user_id = stated.user_id
where stated.answers > coalesce(counted.answers, 0)
    and not exists (select from marts.sealed_range where platform = 'learning' and fact in ('fact_activity', 'fact_attempt'))
