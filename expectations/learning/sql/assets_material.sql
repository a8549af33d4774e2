-- One row per asset at fault: its material is not there.
select asset.id
from learning.generated_assets as asset
left join learning.study_materials as material on material.id = asset.study_material_id
where material.id is null
