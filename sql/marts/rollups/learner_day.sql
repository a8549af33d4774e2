-- One row per local day, learner and tenant: events by activity, sessions begun, minutes (definitions E1, E4).
-- name: learner_day(platform, zone)!
insert into marts.learner_day (
    time_zone, platform, day, learner_id, tenant, device, answered, practised, watched, started, completed, mastered, logged, reviewed,
    asked_ai, booked, attended, messaged, rated, visited, active_events, active_ms, sessions, session_ms, session_hours)
with day as (
    select day from batch_day where time_zone = cast(:zone as text) and not sealed
),
event as (
    select f.{day} as day, f.learner_id, f.tenant,
           coalesce(sum(f.events) filter (where f.activity = 'answered'), 0) as answered,
           coalesce(sum(f.events) filter (where f.activity = 'practised'), 0) as practised,
           coalesce(sum(f.events) filter (where f.activity = 'watched'), 0) as watched,
           coalesce(sum(f.events) filter (where f.activity = 'started'), 0) as started,
           coalesce(sum(f.events) filter (where f.activity = 'completed'), 0) as completed,
           coalesce(sum(f.events) filter (where f.activity = 'mastered'), 0) as mastered,
           coalesce(sum(f.events) filter (where f.activity = 'logged'), 0) as logged,
           coalesce(sum(f.events) filter (where f.activity = 'reviewed'), 0) as reviewed,
           coalesce(sum(f.events) filter (where f.activity = 'asked_ai'), 0) as asked_ai,
           coalesce(sum(f.events) filter (where f.activity = 'booked'), 0) as booked,
           coalesce(sum(f.events) filter (where f.activity = 'attended'), 0) as attended,
           coalesce(sum(f.events) filter (where f.activity = 'messaged'), 0) as messaged,
           coalesce(sum(f.events) filter (where f.activity = 'rated'), 0) as rated,
           coalesce(sum(f.events) filter (where f.activity = 'visited'), 0) as visited,
           coalesce(sum(f.events) filter (where f.activity not in ('visited', 'booked', 'messaged', 'rated')), 0) as active_events,
           coalesce(sum(f.duration_ms) filter (where f.activity not in ('visited', 'booked', 'messaged', 'rated')), 0) as active_ms
    from batch_activity as f
    join day as d on d.day = f.{day}
    group by f.{day}, f.learner_id, f.tenant
),
session as (
    select f.{day} as day, f.learner_id, f.tenant,
           count(*) as sessions,
           coalesce(sum(f.length_ms), 0) as session_ms,
           bit_or(1 << f.{hour}) as session_hours,
           (array_agg(f.device order by f.started_at, f.session_id))[1] as device
    from batch_session as f
    join day as d on d.day = f.{day}
    group by f.{day}, f.learner_id, f.tenant
)
select cast(:zone as text), cast(:platform as text), day, learner_id, tenant, coalesce(s.device, 'unknown'),
       coalesce(e.answered, 0), coalesce(e.practised, 0), coalesce(e.watched, 0), coalesce(e.started, 0), coalesce(e.completed, 0),
       coalesce(e.mastered, 0), coalesce(e.logged, 0), coalesce(e.reviewed, 0), coalesce(e.asked_ai, 0), coalesce(e.booked, 0),
       coalesce(e.attended, 0), coalesce(e.messaged, 0), coalesce(e.rated, 0), coalesce(e.visited, 0),
       coalesce(e.active_events, 0), coalesce(e.active_ms, 0),
       coalesce(s.sessions, 0), coalesce(s.session_ms, 0), coalesce(s.session_hours, 0)
from event as e
full join session as s using (day, learner_id, tenant)
