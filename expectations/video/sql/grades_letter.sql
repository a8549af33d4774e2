-- One row per grade at fault: its letter is not that of the highest step of the scale it reached. Impossible points have no letter.
with reached as (
    select grade.id, grade.tenant_id, grade.letter, max(step.lowest_percentage) as lowest_percentage
    from video.grades as grade
    left join video.grade_scales as step
        on step.tenant_id = grade.tenant_id and step.lowest_percentage <= 100 * grade.earned_points / nullif(grade.total_points, 0)
    where grade.earned_points between 0 and grade.total_points
    group by grade.id
)
select reached.id
from reached
left join video.grade_scales as step
    on step.tenant_id = reached.tenant_id and step.letter = reached.letter and step.lowest_percentage = reached.lowest_percentage
where (reached.letter is null) <> (reached.lowest_percentage is null) or (reached.letter is not null and step.letter is null)
