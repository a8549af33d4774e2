-- One row per thing a learner works on: a question, a card, a material. The contract every platform's view keeps: these columns, in this order, of these types.

select
    cast(null as text) as platform,
    cast(null as uuid) as item_id,
    cast(null as uuid) as skill_id,
    cast(null as text) as kind,
    cast(null as text) as title,
    cast(null as double precision) as difficulty,
    cast(null as double precision) as discrimination,
    cast(null as double precision) as guessing
where false;

comment on view marts.dim_item is 'One row per thing a learner works on: a question, a card, a material.';
comment on column marts.dim_item.platform is 'Platform the row comes from.';
comment on column marts.dim_item.item_id is 'Identity of the item.';
comment on column marts.dim_item.skill_id is 'Skill or concept it exercises; empty where the platform names none.';
comment on column marts.dim_item.kind is 'Kind of item.';
comment on column marts.dim_item.title is 'Title.';
comment on column marts.dim_item.difficulty is 'Difficulty b of the item response model (definition P6).';
comment on column marts.dim_item.discrimination is 'Discrimination a of that model.';
comment on column marts.dim_item.guessing is 'Lower asymptote c of that model.';
