-- One row per material that is not deleted and carries all of the tags: how much there is of it and how much it is used.
-- name: materials_by_tag(tags)
select
    material.id as material_id,
    material.title,
    material.tags,
    (select count(*) from learning.content_chunks as chunk where chunk.study_material_id = material.id) as chunks,
    (select count(*) from learning.generated_assets as asset where asset.study_material_id = material.id) as assets,
    (select count(*) from learning.learning_sessions as held where held.study_material_id = material.id) as sessions
from learning.study_materials as material
where material.deleted_at is null and material.tags @> cast(:tags as text[])
order by material.title
