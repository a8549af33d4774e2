-- One row per learning session (definition E4). The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as session_id,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as timestamptz) as started_at,
    cast(null as timestamptz) as ended_at,
    cast(null as timestamptz) as recorded_at,
    cast(null as text) as kind,
    cast(null as double precision) as completion_ratio,
    cast(null as text) as device
where false;

comment on view marts.fact_session is 'One row per learning session (definition E4).';
comment on column marts.fact_session.platform is 'Platform the row comes from.';
comment on column marts.fact_session.session_id is 'Identity of the session.';
comment on column marts.fact_session.learner_id is 'Learner.';
comment on column marts.fact_session.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.fact_session.started_at is 'Start: the event time.';
comment on column marts.fact_session.ended_at is 'End; empty where none was recorded.';
comment on column marts.fact_session.recorded_at is 'When the row reached the database; the event time where the platform keeps no other.';
comment on column marts.fact_session.kind is 'Kind of session.';
comment on column marts.fact_session.completion_ratio is 'Share of the session''s work that was done, 0 to 1.';
comment on column marts.fact_session.device is 'Device used.';
