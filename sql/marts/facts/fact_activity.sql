-- One row per thing a learner did, of the closed list of definition E1. The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as text) as activity_id,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as timestamptz) as occurred_at,
    cast(null as timestamptz) as recorded_at,
    cast(null as text) as activity,
    cast(null as text) as object_type,
    cast(null as text) as object_id,
    cast(null as uuid) as session_id,
    cast(null as bigint) as duration_ms
where false;

comment on view marts.fact_activity is 'One row per thing a learner did, of the closed list of definition E1.';
comment on column marts.fact_activity.platform is 'Platform the row comes from.';
comment on column marts.fact_activity.activity_id is 'Identity of the row within the platform.';
comment on column marts.fact_activity.learner_id is 'Learner.';
comment on column marts.fact_activity.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.fact_activity.occurred_at is 'Event time.';
comment on column marts.fact_activity.recorded_at is 'When the row reached the database; the event time where the platform keeps no other.';
comment on column marts.fact_activity.activity is 'answered, practised, watched, started, completed, mastered, logged, reviewed, asked_ai, booked, attended, messaged, rated or visited.';
comment on column marts.fact_activity.object_type is 'Kind of thing it was done to.';
comment on column marts.fact_activity.object_id is 'Identity of that thing.';
comment on column marts.fact_activity.session_id is 'Session it happened in.';
comment on column marts.fact_activity.duration_ms is 'How long it took, in milliseconds.';
