-- One row per concept: what a learner works through.
create view drivemaster.dim_unit as
select id as unit_id, name::text as name, category
from drivemaster.concepts;
