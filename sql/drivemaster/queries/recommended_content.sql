-- One row per active item of the category within the difficulties, the least answered first.
-- name: recommended_content(category, easiest, hardest, rows)
select
    id as content_id,
    concept_id,
    content_type,
    title,
    difficulty,
    discrimination,
    guess_parameter,
    version,
    total_attempts,
    correct_attempts
from drivemaster.content
where
    category = cast(:category as text)
    and difficulty between cast(:easiest as double precision) and cast(:hardest as double precision)
    and is_active
order by total_attempts, id
limit cast(:rows as bigint)
