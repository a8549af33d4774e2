-- One row per item at fault: its concept is not there, or stands in another area.
select item.id
from drivemaster.content as item
left join drivemaster.concepts as concept on concept.id = item.concept_id
where concept.id is null or concept.category <> item.category
