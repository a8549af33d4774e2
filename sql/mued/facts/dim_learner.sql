-- One row per account. The plan is that of the subscription that began last: no clock decides it, so the past can be read again.
create view mued.dim_learner as
select
    person.id as learner_id,
    'mued'::text as tenant,
    person.role,
    person.created_at as joined_at,
    person.is_active,
    person.deleted_at,
    (
        select subscription.plan
        from mued.subscriptions as subscription
        where subscription.user_id = person.id
        order by subscription.started_at desc
        limit 1
    ) as plan
from mued.users as person;
