-- One row per learner whose row in learner_cohort may be out of date: active on a touched day, stored as active around it, or with an
-- account that differs from what is stored. All learners, if everything is asked for.
-- name: batch_person(platform, zone, firsts, lasts, everything)!
create temporary table batch_person as
with touched as (
    select t.first, t.last from unnest(cast(:firsts as date[]), cast(:lasts as date[])) as t(first, last)
),
stored as (
    select learner_id, tenant, joined_day, left_day, first_day, last_day
    from marts.learner_cohort
    where time_zone = cast(:zone as text) and platform = cast(:platform as text) and not is_erased
)
select d.learner_id
from touched as t
join marts.learner_day as d on d.day >= t.first and d.day < t.last
where d.time_zone = cast(:zone as text) and d.platform = cast(:platform as text) and not d.is_erased
union
select s.learner_id
from touched as t
join stored as s on s.first_day < t.last and s.last_day >= t.first
union
select learner_id
from batch_learner as l
full join stored as s using (learner_id)
where cast(:everything as boolean)
   or l.tenant is distinct from s.tenant
   or cast(l.joined_at at time zone cast(:zone as text) as date) is distinct from s.joined_day
   or cast(l.deleted_at at time zone cast(:zone as text) as date) is distinct from s.left_day
