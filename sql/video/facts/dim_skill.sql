-- One row per video: its questions exercise what it teaches. The platform neither keeps prerequisites nor traces knowledge.
create view video.dim_skill as
select
    id as skill_id,
    title as name,
    cast(null as text) as category,
    cast('{}' as uuid[]) as prerequisites,
    duration_seconds / 60 as minutes,
    cast(null as double precision) as prior,
    cast(null as double precision) as learn,
    cast(null as double precision) as guess,
    cast(null as double precision) as slip,
    cast(null as double precision) as forget
from video.videos;
