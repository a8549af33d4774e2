-- One row per stored week of the cohorts that a changed learner leaves or joins; none, if everything is stored anew.
-- name: batch_cell(platform, zone, everything)!
create temporary table batch_cell as
with changed as (
    select distinct b.basis, c.tenant, b.start_day
    from batch_change as c
    cross join lateral (values ('joined', c.joined_day), ('first_active', c.first_day)) as b(basis, start_day)
    where b.start_day is not null and not cast(:everything as boolean)
)
select basis, tenant, start_day, w.week, w.members, w.active, w.first_back, w.last_active
from marts.cohort_week as w
join changed as c using (basis, tenant, start_day)
where w.time_zone = cast(:zone as text) and w.platform = cast(:platform as text)
