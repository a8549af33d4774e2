-- One row per material, and per segment of one: an asset made from a segment exercises that, any other the whole material. The platform
-- neither keeps prerequisites nor traces knowledge.
create view learning.dim_skill as
select
    id as skill_id,
    title::text as name,
    subject_area::text as category,
    cast('{}' as uuid[]) as prerequisites,
    cast(null as double precision) as minutes,
    cast(null as double precision) as prior,
    cast(null as double precision) as learn,
    cast(null as double precision) as guess,
    cast(null as double precision) as slip,
    cast(null as double precision) as forget
from learning.study_materials
union all
select
    segment.id,
    material.title || ' · ' || segment.chunk_order,
    material.subject_area::text,
    cast('{}' as uuid[]),
    cast(null as double precision),
    cast(null as double precision),
    cast(null as double precision),
    cast(null as double precision),
    cast(null as double precision),
    cast(null as double precision)
from learning.content_chunks as segment
join learning.study_materials as material on material.id = segment.study_material_id;
