-- One row per material that is not deleted and holds the words in title or description, or the text as a part of its title; the best first.
-- name: search_materials(words, part, rows)
select
    id as material_id,
    title,
    subject_area,
    difficulty_level,
    tags,
    cast(
        ts_rank(to_tsvector('simple', title || ' ' || coalesce(description, '')), websearch_to_tsquery('simple', :words))
        + public.similarity(title, :words) as double precision
    ) as rank
from learning.study_materials
where
    deleted_at is null
    and (
        to_tsvector('simple', title || ' ' || coalesce(description, '')) @@ websearch_to_tsquery('simple', :words)
        or title ilike :part
    )
order by rank desc, title
limit :rows
