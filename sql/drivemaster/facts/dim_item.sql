-- One row per version of a question or other item; its skill is the concept.
create view drivemaster.dim_item as
select
    id as item_id,
    concept_id as skill_id,
    content_type as kind,
    title::text as title,
    difficulty,
    discrimination,
    guess_parameter as guessing
from drivemaster.content;
