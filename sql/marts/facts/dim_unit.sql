-- One row per unit that can be assigned to a learner: a lesson, a material, a concept. The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as unit_id,
    cast(null as text) as name,
    cast(null as text) as category
where false;

comment on view marts.dim_unit is 'One row per unit that can be assigned to a learner: a lesson, a material, a concept.';
comment on column marts.dim_unit.platform is 'Platform the row comes from.';
comment on column marts.dim_unit.unit_id is 'Identity of the unit, as in fact_completion.';
comment on column marts.dim_unit.name is 'Name.';
comment on column marts.dim_unit.category is 'Area it belongs to; empty where the platform names none.';
