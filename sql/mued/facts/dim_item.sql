-- One row per teaching material: the unit that is assigned. The platform keeps no skills and no item response parameters.
create view mued.dim_item as
select
    id as item_id,
    null::uuid as skill_id,
    kind,
    title,
    null::float8 as difficulty,
    null::float8 as discrimination,
    null::float8 as guessing
from mued.materials;
