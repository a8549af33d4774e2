-- One row per thing a learner did (definition E1): an answer is answered; looking at an asset is working with it, so it is practised and
-- counts as learning; passing over one is only visited. Sessions are started, and completed at 100 %; feedback is rated.
-- Results carried over from an earlier course are no activity. No row has another time of recording than its event.
create view learning.fact_activity as
select
    'interaction:' || id as activity_id,
    user_id as learner_id,
    'learning'::text as tenant,
    created_at as occurred_at,
    created_at as recorded_at,
    case interaction_type when 'answer' then 'answered' when 'skip' then 'visited' else 'practised' end as activity,
    'asset'::text as object_type,
    generated_asset_id::text as object_id,
    learning_session_id as session_id,
    response_time_ms::bigint as duration_ms
from learning.interactions
where coalesce(interaction_data ->> 'carried_over', 'false') <> 'true'
union all
select
    'started:' || id, user_id, 'learning'::text, started_at, started_at, 'started'::text, 'material'::text, study_material_id::text, id,
    cast(null as bigint)
from learning.learning_sessions
union all
select
    'completed:' || id, user_id, 'learning'::text, ended_at, ended_at, 'completed'::text, 'material'::text, study_material_id::text, id,
    (extract(epoch from ended_at - started_at) * 1000)::bigint
from learning.learning_sessions
where completion_percentage >= 100 and ended_at is not null
union all
select
    'rated:' || id, user_id, 'learning'::text, created_at, created_at, 'rated'::text, 'asset'::text, generated_asset_id::text,
    cast(null as uuid), cast(null as bigint)
from learning.user_feedback;
