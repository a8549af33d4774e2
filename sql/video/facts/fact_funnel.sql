-- One row per step through a video: each start, each milestone reached, each answer with which a milestone of it stands passed.
-- A milestone is passed when the best answers so far to its questions earn the share of points it asks for (`pass_ratio`); its questions
-- are the published ones, and those the student has answered.
create view video.fact_funnel as
select
    event.user_id as learner_id,
    tenant.slug as tenant,
    'video'::text as flow,
    coalesce(event.video_id, milestone.video_id)::text as entry_id,
    case event.event_type when 'video_start' then 1 else 2 end as step_no,
    case event.event_type when 'video_start' then 'started' else 'milestone reached' end as step,
    event.occurred_at,
    event.recorded_at
from video.analytics_events as event
join video.tenants as tenant on tenant.id = event.tenant_id
left join video.milestones as milestone on milestone.id = event.milestone_id
where event.event_type in ('video_start', 'milestone_reached')
    and event.user_id is not null
    and coalesce(event.video_id, milestone.video_id) is not null
union all
select
    attempt.student_id, tenant.slug, 'video'::text, milestone.video_id::text, 3, 'passed'::text, attempt.answered_at, attempt.recorded_at
from video.question_attempts as attempt
join video.tenants as tenant on tenant.id = attempt.tenant_id
join video.questions as question on question.id = attempt.question_id
join video.milestones as milestone on milestone.id = question.milestone_id
where (
    select sum(coalesce(best.points, 0)) >= cast(milestone.pass_ratio as numeric) * sum(asked.points)
    from video.questions as asked
    cross join lateral (
        select max(earlier.points_earned) as points
        from video.question_attempts as earlier
        where earlier.student_id = attempt.student_id
            and earlier.question_id = asked.id
            and earlier.answered_at <= attempt.answered_at
    ) as best
    where asked.milestone_id = milestone.id and (asked.status = 'published' or best.points is not null)
);
