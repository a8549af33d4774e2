-- One row per teaching material, and per slot of a lesson.
create view mued.dim_unit as
select id as unit_id, title as name, kind as category
from mued.materials
union all
select id, 'Lesson', instrument
from mued.lesson_slots;
