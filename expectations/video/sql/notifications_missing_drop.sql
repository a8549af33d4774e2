-- One row per tenant at fault: of ten learners or more in the week before, less than half learnt in the last seven days, and no alert came.
select event.tenant_id
from video.analytics_events as event
where event.category = 'learning' and event.user_id is not null
    and event.occurred_at >= marts.check_as_of() - interval '14 days' and event.occurred_at < marts.check_as_of()
    and not exists (
        select from video.notifications as alert
        where alert.tenant_id = event.tenant_id and alert.kind = 'engagement_drop'
            and alert.created_at >= marts.check_as_of() - interval '14 days'
    )
group by event.tenant_id
having count(distinct event.user_id) filter (where event.occurred_at < marts.check_as_of() - interval '7 days') >= 10
    and 2 * count(distinct event.user_id) filter (where event.occurred_at >= marts.check_as_of() - interval '7 days')
        < count(distinct event.user_id) filter (where event.occurred_at < marts.check_as_of() - interval '7 days')
