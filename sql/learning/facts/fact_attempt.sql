-- One row per answer to an asset. The score stands in the answer's details as `score_ratio` where there is more than right and wrong;
-- results carried over from an earlier course are no attempts. The number of the attempt is what the application noted with it.
create view learning.fact_attempt as
select
    answer.id as attempt_id,
    answer.user_id as learner_id,
    'learning'::text as tenant,
    answer.generated_asset_id as item_id,
    coalesce(asset.content_chunk_id, asset.study_material_id) as skill_id,
    answer.learning_session_id as session_id,
    answer.created_at as occurred_at,
    answer.created_at as recorded_at,
    answer.is_correct,
    coalesce((answer.interaction_data ->> 'score_ratio')::double precision, answer.is_correct::integer::double precision) as score_ratio,
    answer.response_time_ms::bigint as response_ms,
    answer.confidence_level as confidence,
    (answer.interaction_data ->> 'attempt_no')::integer as attempt_no
from learning.interactions as answer
left join learning.generated_assets as asset on asset.id = answer.generated_asset_id
where answer.interaction_type = 'answer' and coalesce(answer.interaction_data ->> 'carried_over', 'false') <> 'true';
