-- One row per practice session: from its start to the last event that names it within a day.
create view drivemaster.fact_session as
select
    opening.session_id,
    opening.user_id as learner_id,
    'drivemaster'::text as tenant,
    opening."timestamp" as started_at,
    (
        select max(event."timestamp")
        from drivemaster.learning_events as event
        where event.user_id = opening.user_id
            and event.session_id = opening.session_id
            and event."timestamp" >= opening."timestamp"
            and event."timestamp" < opening."timestamp" + interval '1 day'
    ) as ended_at,
    opening.recorded_at,
    'practice'::text as kind,
    cast(null as double precision) as completion_ratio,
    opening.context_data ->> 'deviceType' as device
from drivemaster.learning_events as opening
where opening.event_type = 'session_started';
