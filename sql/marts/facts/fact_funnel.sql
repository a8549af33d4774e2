-- One row per time a learner reached a step of a platform's funnel (definition E5). The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as text) as flow,
    cast(null as text) as entry_id,
    cast(null as integer) as step_no,
    cast(null as text) as step,
    cast(null as timestamptz) as occurred_at,
    cast(null as timestamptz) as recorded_at
where false;

comment on view marts.fact_funnel is 'One row per time a learner reached a step of a platform''s funnel (definition E5).';
comment on column marts.fact_funnel.platform is 'Platform the row comes from.';
comment on column marts.fact_funnel.learner_id is 'Learner.';
comment on column marts.fact_funnel.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.fact_funnel.flow is 'Name of the funnel: interview, study, concept or video.';
comment on column marts.fact_funnel.entry_id is 'What is gone through, for instance a session or a video; together with the learner it is one way through the funnel.';
comment on column marts.fact_funnel.step_no is 'Number of the step, from 1.';
comment on column marts.fact_funnel.step is 'Name of the step.';
comment on column marts.fact_funnel.occurred_at is 'Event time.';
comment on column marts.fact_funnel.recorded_at is 'When the row reached the database; the event time where the platform keeps no other.';
