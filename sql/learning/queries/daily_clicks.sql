-- One row per course and day with clicks, by the course's own daily totals: of all its learners, sampled or not.
-- name: daily_clicks()
select
    material.title,
    cast(total.entry ->> 0 as integer) as day,
    cast(material.metadata ->> 'start' as date) + cast(total.entry ->> 0 as integer) as date,
    cast(total.entry ->> 1 as bigint) as clicks
from learning.study_materials as material
cross join lateral jsonb_array_elements(material.metadata -> 'daily_clicks') as total (entry)
where material.deleted_at is null
order by material.title, day
