-- One row per account of a platform: learners, and the people who teach them. The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as learner_id,
    cast(null as text) as tenant,
    cast(null as text) as role,
    cast(null as timestamptz) as joined_at,
    cast(null as boolean) as is_active,
    cast(null as timestamptz) as deleted_at,
    cast(null as text) as plan
where false;

comment on view marts.dim_learner is 'One row per account of a platform: learners, and the people who teach them.';
comment on column marts.dim_learner.platform is 'Platform the row comes from.';
comment on column marts.dim_learner.learner_id is 'Identity of the account.';
comment on column marts.dim_learner.tenant is 'Tenant the learner belongs to; the platform''s name where it has no tenants. Never null.';
comment on column marts.dim_learner.role is 'Role on the platform, for instance student, mentor or admin.';
comment on column marts.dim_learner.joined_at is 'When the account was made.';
comment on column marts.dim_learner.is_active is 'Whether the account may act.';
comment on column marts.dim_learner.deleted_at is 'When the account was closed.';
comment on column marts.dim_learner.plan is 'Plan of the subscription that began last; empty without one.';
