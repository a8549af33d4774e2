-- One row per stretch of a video watched without a break. The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as uuid) as video_id,
    cast(null as timestamptz) as started_at,
    cast(null as timestamptz) as recorded_at,
    cast(null as double precision) as from_second,
    cast(null as double precision) as to_second
where false;

comment on view marts.fact_watch is 'One row per stretch of a video watched without a break.';
comment on column marts.fact_watch.platform is 'Platform the row comes from.';
comment on column marts.fact_watch.learner_id is 'Learner.';
comment on column marts.fact_watch.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.fact_watch.video_id is 'Video.';
comment on column marts.fact_watch.started_at is 'When the stretch began: the event time.';
comment on column marts.fact_watch.recorded_at is 'When the row reached the database; the event time where the platform keeps no other.';
comment on column marts.fact_watch.from_second is 'First second of the video that was played.';
comment on column marts.fact_watch.to_second is 'Second at which playing stopped.';
