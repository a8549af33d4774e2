-- One row per grade at fault: by its strategy, the attempts earned less in all videos of its lesson, or more in those of it alone.
with place as (
    select lesson_id, video_id, count(*) over (partition by video_id) = 1 as is_own
    from (
        select distinct link.lesson_id, part.video_id
        from video.lesson_video_groups as link
        join video.video_group_videos as part on part.video_group_id = link.video_group_id
    ) as content
),
given as (
    select
        attempt.student_id, stop.video_id, question.id as question_id,
        max(counts.points) as best, avg(counts.points) as average,
        (array_agg(counts.points order by attempt.attempt_no))[1] as first,
        (array_agg(counts.points order by attempt.attempt_no desc))[1] as last
    from video.question_attempts as attempt
    join video.questions as question on question.id = attempt.question_id
    join video.milestones as stop on stop.id = question.milestone_id
    cross join lateral (select least(attempt.points_earned, question.points) as points) as counts
    group by 1, 2, 3
),
earned as (
    select
        given.student_id, place.lesson_id, strategy.name as strategy,
        sum(strategy.points) as most, sum(strategy.points) filter (where place.is_own) as least
    from given
    join place on place.video_id = given.video_id
    cross join lateral (
        values ('best', given.best), ('average', given.average), ('first', given.first), ('last', given.last)
    ) as strategy (name, points)
    group by 1, 2, 3
)
select grade.id
from video.grades as grade
left join earned on earned.student_id = grade.student_id and earned.lesson_id = grade.lesson_id and earned.strategy = grade.strategy
where grade.strategy in ('best', 'average', 'first', 'last')
    and grade.earned_points not between coalesce(earned.least, 0) - 0.01 and coalesce(earned.most, 0) + 0.01
