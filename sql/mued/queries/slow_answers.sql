-- One row per answer of the period, the slowest first, with the name of the learner who waited. Identified role only.
-- name: slow_answers(start, end, timezone, rows)
select
    answer.answer_id,
    answer.occurred_at,
    person.display_name as learner,
    answer.model,
    answer.source,
    answer.latency_ms,
    answer.input_tokens,
    answer.output_tokens,
    answer.feedback
from marts.fact_ai_answer as answer
left join mued.users as person on person.id = answer.learner_id
where
    answer.platform = 'mued'
    and answer.occurred_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
    and answer.occurred_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
    and not answer.is_error
    and answer.latency_ms is not null
order by answer.latency_ms desc, answer.answer_id
limit cast(:rows as bigint)
