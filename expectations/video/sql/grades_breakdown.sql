-- One row per grade at fault: its breakdown is no object, or the sums it gives, or those of its parts, are not the points of the grade.
with part as (
    select
        grade.id,
        sum((member.value ->> 'earned')::numeric) as earned,
        sum((member.value ->> 'possible')::numeric) as possible
    from video.grades as grade
    cross join lateral jsonb_each(case jsonb_typeof(grade.breakdown) when 'object' then grade.breakdown else '{}' end) as member
    where jsonb_typeof(member.value) = 'object'
        and jsonb_typeof(member.value -> 'earned') = 'number' and jsonb_typeof(member.value -> 'possible') = 'number'
    group by grade.id
)
select grade.id
from video.grades as grade
left join part on part.id = grade.id
where grade.earned_points between 0 and grade.total_points
    and (
        jsonb_typeof(grade.breakdown) <> 'object'
        or case jsonb_typeof(grade.breakdown -> 'earned')
            when 'number' then least((grade.breakdown ->> 'earned')::numeric, grade.total_points) - grade.earned_points
            else 0
        end not between -0.01 and 0.01
        or case jsonb_typeof(grade.breakdown -> 'possible')
            when 'number' then (grade.breakdown ->> 'possible')::numeric - grade.total_points
            else 0
        end not between -0.01 and 0.01
        or abs(part.earned - grade.earned_points) > 0.01
        or abs(part.possible - grade.total_points) > 0.01
    )
