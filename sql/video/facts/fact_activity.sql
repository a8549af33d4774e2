-- One row per answer to a question, and per event of a person in the player or around it. Answers come from question_attempts, so
-- the event question_attempt is left out; performance and system events are nothing a learner did, except signing in.
create view video.fact_activity as
select
    attempt.id::text as activity_id,
    attempt.student_id as learner_id,
    tenant.slug as tenant,
    attempt.answered_at as occurred_at,
    attempt.recorded_at,
    'answered'::text as activity,
    'question'::text as object_type,
    attempt.question_id::text as object_id,
    attempt.session_id,
    attempt.response_ms as duration_ms
from video.question_attempts as attempt
join video.tenants as tenant on tenant.id = attempt.tenant_id
union all
select
    event.id::text as activity_id,
    event.user_id as learner_id,
    tenant.slug as tenant,
    event.occurred_at,
    event.recorded_at,
    case event.event_type
        when 'video_start' then 'started'
        when 'video_watch' then 'watched'
        when 'milestone_reached' then 'practised'
        when 'video_completed' then 'completed'
        when 'lesson_completed' then 'completed'
        else 'visited'
    end as activity,
    case
        when event.event_type = 'lesson_completed' then 'lesson'
        when event.milestone_id is not null then 'milestone'
        when event.video_id is not null then 'video'
        else 'page'
    end as object_type,
    case
        when event.event_type = 'lesson_completed' then event.lesson_id
        else coalesce(event.milestone_id, event.video_id, event.lesson_id)
    end::text as object_id,
    event.session_id,
    case when event.event_type = 'video_watch' then
        (1000 * ((event.event_data ->> 'toSecond')::double precision - (event.event_data ->> 'fromSecond')::double precision))::bigint
    end as duration_ms
from video.analytics_events as event
join video.tenants as tenant on tenant.id = event.tenant_id
where event.user_id is not null
    and event.event_type in (
        'video_start', 'video_watch', 'milestone_reached', 'video_completed', 'lesson_completed', 'page_view', 'click_tracking', 'login'
    );
