-- One row per learner and unit assigned to them (definition P7). The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as uuid) as unit_id,
    cast(null as text) as unit_type,
    cast(null as double precision) as completed_ratio,
    cast(null as timestamptz) as completed_at,
    cast(null as double precision) as score_ratio,
    cast(null as text) as grade,
    cast(null as timestamptz) as recorded_at
where false;

comment on view marts.fact_completion is 'One row per learner and unit assigned to them (definition P7).';
comment on column marts.fact_completion.platform is 'Platform the row comes from.';
comment on column marts.fact_completion.learner_id is 'Learner.';
comment on column marts.fact_completion.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.fact_completion.unit_id is 'Unit assigned.';
comment on column marts.fact_completion.unit_type is 'Kind of unit, for instance material or lesson.';
comment on column marts.fact_completion.completed_ratio is 'Share completed, 0 to 1.';
comment on column marts.fact_completion.completed_at is 'When it was completed; empty until then.';
comment on column marts.fact_completion.score_ratio is 'Score, 0 to 1; empty when not assessed.';
comment on column marts.fact_completion.grade is 'Letter of the platform''s own bands.';
comment on column marts.fact_completion.recorded_at is 'When the unit was assigned, from which on it counts; the event time of its last state where the platform does not say.';
