-- One row per learner who is to be taken out of their cohort as it is stored (-1), and per learner who is to be put into one (1).
-- name: batch_change(platform, zone)!
create temporary table batch_change as
with stored as (
    select c.learner_id, c.tenant, c.joined_day, c.first_day, c.joined_weeks, c.first_weeks
    from marts.learner_cohort as c
    join batch_person as p using (learner_id)
    where c.time_zone = cast(:zone as text) and c.platform = cast(:platform as text) and not c.is_erased
),
fresh as (
    select learner_id, tenant, joined_day, first_day, joined_weeks, first_weeks from batch_cohort
)
select -1 as sign, s.* from (select * from stored except select * from fresh) as s
union all
select 1, f.* from (select * from fresh except select * from stored) as f
