-- One row per asset answered often enough in the period: how many were right, and whether those who know more get it right (definition P6).
-- The rest score of an answer is the share of right ones among the same learner's other answers of the period.
-- name: item_quality(start, end, timezone, least)
with answer as (
    select generated_asset_id, user_id, cast(is_correct as integer) as correct, response_time_ms
    from learning.interactions
    where
        interaction_type = 'answer'
        and is_correct is not null
        and generated_asset_id is not null
        and created_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
        and created_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
),
learner as (
    select user_id, sum(correct) as correct, count(*) as answers from answer group by user_id
),
item as (
    select
        answer.generated_asset_id,
        count(*) as answers,
        sum(answer.correct) as correct,
        corr(answer.correct, cast(learner.correct - answer.correct as double precision) / nullif(learner.answers - 1, 0)) as point_biserial,
        percentile_cont(0.5) within group (order by answer.response_time_ms / 1000.0) as median_seconds
    from answer
    join learner on learner.user_id = answer.user_id
    group by answer.generated_asset_id
    having count(*) >= :least
)
select
    item.generated_asset_id as asset_id,
    asset.content ->> 'title' as title,
    material.title as material,
    item.answers,
    item.correct,
    item.point_biserial,
    item.median_seconds,
    (
        select count(*)
        from learning.user_feedback as feedback
        where feedback.generated_asset_id = item.generated_asset_id and feedback.feedback_type = 'report'
    ) as reports
from item
join learning.generated_assets as asset on asset.id = item.generated_asset_id
join learning.study_materials as material on material.id = asset.study_material_id
order by item.point_biserial nulls last, item.answers desc
