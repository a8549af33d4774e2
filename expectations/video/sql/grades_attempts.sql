-- One row per grade at fault: it counts fewer attempts than there are in videos of its lesson alone, or more than in all its videos.
with place as (
    select lesson_id, video_id, count(*) over (partition by video_id) = 1 as is_own
    from (
        select distinct link.lesson_id, part.video_id
        from video.lesson_video_groups as link
        join video.video_group_videos as part on part.video_group_id = link.video_group_id
    ) as content
),
given as (
    select attempt.student_id, stop.video_id, count(*) as attempts
    from video.question_attempts as attempt
    join video.questions as question on question.id = attempt.question_id
    join video.milestones as stop on stop.id = question.milestone_id
    group by 1, 2
),
counted as (
    select given.student_id, place.lesson_id, sum(given.attempts) as most, sum(given.attempts) filter (where place.is_own) as fewest
    from given
    join place on place.video_id = given.video_id
    group by 1, 2
)
select grade.id
from video.grades as grade
left join counted on counted.student_id = grade.student_id and counted.lesson_id = grade.lesson_id
where grade.attempts not between coalesce(counted.fewest, 0) and coalesce(counted.most, 0)
