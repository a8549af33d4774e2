-- One row per platform, tenant, whole weeks since joining, and states at the ends of two days: how many learners (definition E7), how
-- many of them were active between, and what they got from AI help meanwhile.
-- Who joined after a day, or had left by it, is not enrolled then: not_joined at the first, left at the second. 34 days tell a state:
-- who came back in the last seven, and was not there in the 27 before, comes after a gap of 28 or more.
-- name: engagement_states(platforms, tenant, zone, before, on)
with recent as (
    select d.platform,
           d.learner_id,
           max(d.day) as last_day,
           max(d.day) filter (where d.day < cast(:before as date) - 6) as gone_before,
           min(d.day) filter (where d.day between cast(:before as date) - 6 and cast(:before as date)) as back_before,
           max(d.day) filter (where d.day between cast(:on as date) - 33 and cast(:on as date) - 7) as gone_on,
           min(d.day) filter (where d.day >= cast(:on as date) - 6) as back_on
    from marts.learner_day as d
    where d.time_zone = cast(:zone as text)
      and d.platform = any(cast(:platforms as text[]))
      and d.day between cast(:before as date) - 33 and cast(:on as date)
      and d.active_events > 0
    group by d.platform, d.learner_id
),
helped as materialized (
    select platform, learner_id, sum(answers) as answers
    from marts.learner_ai_day
    where time_zone = cast(:zone as text)
      and platform = any(cast(:platforms as text[]))
      and day > cast(:before as date)
      and day <= cast(:on as date)
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
    group by platform, learner_id
),
counted as materialized (
    select c.platform,
           c.tenant,
           (cast(:on as date) - coalesce(c.joined_day, c.first_day)) / 7 as weeks,
           case
               when coalesce(c.joined_day, c.first_day) > cast(:before as date) then 'not_joined'
               when coalesce(c.first_day, 'infinity') > cast(:before as date) then 'never_started'
               when c.first_day > cast(:before as date) - 7 then 'new'
               when recent.back_before - coalesce(recent.gone_before, recent.back_before - 28) >= 28 then 'returned'
               when recent.back_before is not null then 'active'
               when recent.gone_before > cast(:before as date) - 28 then 'at_risk'
               else 'dormant'
           end as state_before,
           case
               when c.left_day <= cast(:on as date) then 'left'
               when coalesce(c.first_day, 'infinity') > cast(:on as date) then 'never_started'
               when c.first_day > cast(:on as date) - 7 then 'new'
               when recent.back_on - coalesce(recent.gone_on, recent.back_on - 28) >= 28 then 'returned'
               when recent.back_on is not null then 'active'
               when recent.gone_on > cast(:on as date) - 28 then 'at_risk'
               else 'dormant'
           end as state_after,
           count(*) as learners,
           count(*) filter (where recent.last_day > cast(:before as date)) as active,
           count(*) filter (where helped.answers > 0) as users,
           cast(coalesce(sum(helped.answers), 0) as bigint) as answers
    from marts.learner_cohort as c
    left join recent on recent.platform = c.platform and recent.learner_id = c.learner_id
    left join helped on helped.platform = c.platform and helped.learner_id = c.learner_id
    where c.time_zone = cast(:zone as text)
      and c.platform = any(cast(:platforms as text[]))
      and (cast(:tenant as text) is null or c.tenant = cast(:tenant as text))
      and coalesce(c.joined_day, c.first_day) <= cast(:on as date)
      and (
          c.left_day is null
          or c.left_day > cast(:on as date)
          or (c.left_day > cast(:before as date) and coalesce(c.joined_day, c.first_day) <= cast(:before as date))
      )
    group by c.platform, c.tenant, weeks, state_before, state_after
)
select platform, tenant, weeks, state_before, state_after, learners, active, users, answers
from counted
order by platform, tenant, weeks, state_before, state_after
