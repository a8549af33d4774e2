-- One row per material with submissions, and one for all of them together (its title is empty): how their scores are spread.
-- name: score_distribution()
with submission as (
    select
        asset.study_material_id,
        cast(answer.interaction_data ->> 'score' as double precision) as score,
        answer.interaction_data @> '{"carried_over": true}' as carried_over
    from learning.interactions as answer
    join learning.generated_assets as asset on asset.id = answer.generated_asset_id
    where answer.interaction_type = 'answer' and (answer.interaction_data ? 'score' or answer.interaction_data @> '{"flags": ["no_score"]}')
)
select
    material.title,
    count(*) as submissions,
    count(score) as scores,
    count(*) - count(score) as missing,
    count(*) filter (where carried_over) as carried_over,
    avg(score) as mean,
    percentile_cont(0.05) within group (order by score) as p05,
    percentile_cont(0.25) within group (order by score) as p25,
    percentile_cont(0.5) within group (order by score) as p50,
    percentile_cont(0.75) within group (order by score) as p75,
    percentile_cont(0.95) within group (order by score) as p95
from submission
join learning.study_materials as material on material.id = submission.study_material_id
group by grouping sets ((submission.study_material_id, material.title), ())
having count(*) > 0
order by material.title nulls first
