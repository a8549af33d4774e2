-- One row per citation of an AI answer, with what it resolves to at the time of the answer (definition R2). The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as answer_id,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as timestamptz) as occurred_at,
    cast(null as timestamptz) as recorded_at,
    cast(null as text) as model,
    cast(null as text) as source,
    cast(null as integer) as position,
    cast(null as uuid) as provenance_id,
    cast(null as text) as resolution
where false;

comment on view marts.fact_citation is 'One row per citation of an AI answer, with what it resolves to at the time of the answer (definition R2).';
comment on column marts.fact_citation.platform is 'Platform the row comes from.';
comment on column marts.fact_citation.answer_id is 'Answer that cites.';
comment on column marts.fact_citation.learner_id is 'Learner; empty where nobody was signed in.';
comment on column marts.fact_citation.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.fact_citation.occurred_at is 'Event time.';
comment on column marts.fact_citation.recorded_at is 'When the row reached the database; the event time where the platform keeps no other.';
comment on column marts.fact_citation.model is 'Model that answered.';
comment on column marts.fact_citation.source is 'Content source used.';
comment on column marts.fact_citation.position is 'Place among the answer''s citations, from 1.';
comment on column marts.fact_citation.provenance_id is 'Provenance row cited; empty when the citation names none.';
comment on column marts.fact_citation.resolution is 'resolvable, or the first that holds of: missing, expired, not_permitted, unlicensed.';
