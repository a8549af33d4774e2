-- One row per material, courses among them.
create view learning.dim_unit as
select id as unit_id, title::text as name, subject_area::text as category
from learning.study_materials;
