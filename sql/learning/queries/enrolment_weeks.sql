-- One row per week counted from the beginning of the course in which learners enrolled or left; week -1 is the last before it begins.
-- Days are whole numbers of either sign, so a week is the floor of day / 7. What has no day counts in no week.
-- name: enrolment_weeks(title)
with enrolment as (
    select
        cast(floor(cast(metric_data ->> 'registered_day' as integer) / 7.0) as integer) as registered,
        cast(floor(cast(metric_data ->> 'unregistered_day' as integer) / 7.0) as integer) as unregistered
    from learning.progress_metrics
    where
        metric_type = 'enrolment'
        and (
            cast(:title as text) is null
            or metric_data ->> 'study_material_id' in (select cast(id as text) from learning.study_materials where title = :title)
        )
)
select week, cast(sum(registrations) as bigint) as registrations, cast(sum(unregistrations) as bigint) as unregistrations
from (
    select registered as week, 1 as registrations, 0 as unregistrations from enrolment where registered is not null
    union all
    select unregistered, 0, 1 from enrolment where unregistered is not null
) as change
group by week
order by week
