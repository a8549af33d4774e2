-- One row per learner and skill: the stored state of knowledge, as it is now. The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as uuid) as skill_id,
    cast(null as double precision) as mastery_probability,
    cast(null as timestamptz) as updated_at,
    cast(null as timestamptz) as due_at,
    cast(null as timestamptz) as recorded_at
where false;

comment on view marts.fact_mastery is 'One row per learner and skill: the stored state of knowledge, as it is now.';
comment on column marts.fact_mastery.platform is 'Platform the row comes from.';
comment on column marts.fact_mastery.learner_id is 'Learner.';
comment on column marts.fact_mastery.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.fact_mastery.skill_id is 'Skill.';
comment on column marts.fact_mastery.mastery_probability is 'Probability that the skill is known, 0 to 1 (definition P1).';
comment on column marts.fact_mastery.updated_at is 'Last change of the state: the event time.';
comment on column marts.fact_mastery.due_at is 'When the next review is due (definition P5).';
comment on column marts.fact_mastery.recorded_at is 'When the row reached the database; the event time where the platform keeps no other.';
