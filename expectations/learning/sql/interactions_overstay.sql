-- One row per interaction at fault: its whole month is over for more than a year, or half a year where its learner is inactive.
select action.id, action.created_at
from learning.interactions as action
left join learning.users as learner on learner.id = action.user_id
where action.created_at < date_trunc('month', marts.check_as_of() - interval '6 months', 'UTC')
    and (
        action.created_at < date_trunc('month', marts.check_as_of() - interval '1 year', 'UTC')
        or not learner.is_active
        or learner.deleted_at is not null
    )
