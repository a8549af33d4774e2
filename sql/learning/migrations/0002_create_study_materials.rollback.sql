-- Takes away what it made: one row per material, segment and asset is lost.

drop table learning.generated_assets;
drop table learning.content_chunks;
drop table learning.study_materials;
