-- One row per answer of a learner to an item that can be right or wrong. The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as attempt_id,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as uuid) as item_id,
    cast(null as uuid) as skill_id,
    cast(null as uuid) as session_id,
    cast(null as timestamptz) as occurred_at,
    cast(null as timestamptz) as recorded_at,
    cast(null as boolean) as is_correct,
    cast(null as double precision) as score_ratio,
    cast(null as bigint) as response_ms,
    cast(null as double precision) as confidence,
    cast(null as integer) as attempt_no
where false;

comment on view marts.fact_attempt is 'One row per answer of a learner to an item that can be right or wrong.';
comment on column marts.fact_attempt.platform is 'Platform the row comes from.';
comment on column marts.fact_attempt.attempt_id is 'Identity of the attempt.';
comment on column marts.fact_attempt.learner_id is 'Learner.';
comment on column marts.fact_attempt.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.fact_attempt.item_id is 'Item answered.';
comment on column marts.fact_attempt.skill_id is 'Skill it exercises.';
comment on column marts.fact_attempt.session_id is 'Session it happened in.';
comment on column marts.fact_attempt.occurred_at is 'Event time.';
comment on column marts.fact_attempt.recorded_at is 'When the row reached the database; the event time where the platform keeps no other.';
comment on column marts.fact_attempt.is_correct is 'Whether the answer was right.';
comment on column marts.fact_attempt.score_ratio is 'Share of the points, 0 to 1.';
comment on column marts.fact_attempt.response_ms is 'Time to answer, in milliseconds.';
comment on column marts.fact_attempt.confidence is 'Learner''s stated confidence, 0 to 1.';
comment on column marts.fact_attempt.attempt_no is 'Number of the learner''s attempt at this item, from 1.';
