-- One row per segment at fault: its embedding is no array of numbers, or is not as long as most others.
with shaped as (
    select
        id,
        jsonb_typeof(metadata -> 'embedding') = 'array'
            and not jsonb_path_exists(metadata, 'strict $.embedding[*] ? (@.type() != "number")', '{}', true) as is_vector,
        case jsonb_typeof(metadata -> 'embedding') when 'array' then jsonb_array_length(metadata -> 'embedding') end as length
    from learning.content_chunks
    where metadata ? 'embedding'
),
usual as (
    select mode() within group (order by length) as length
    from shaped
    where is_vector
)
select shaped.id
from shaped
cross join usual
where not shaped.is_vector or shaped.length = 0 or shaped.length <> usual.length
