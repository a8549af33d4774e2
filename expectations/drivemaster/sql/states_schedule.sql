-- One row per state at fault: its schedule is not that of its answers, replayed by definition P5. An answer is a review when it is the first
-- of its UTC day and the concept is due by then; grades are 1 wrong, 3 right with hints, 5 right without and confidence from 0.8 on, else 4.
-- States whose answers are not all there, or whose easiness is impossible, are the matter of other rules.
with recursive practised as (
    select
        user_id, concept_id, ("timestamp" at time zone 'UTC')::date as day, count(*) as answers,
        (array_agg(case
            when response_data -> 'isCorrect' = 'false' then 1
            when response_data -> 'hintsUsed' > '0' then 3
            when response_data -> 'confidenceLevel' >= '0.8' then 5
            else 4
        end order by "timestamp", id))[1] as quality
    from drivemaster.learning_events
    where event_type = 'question_answered'
    group by user_id, concept_id, day
),
answered as (
    select
        user_id, concept_id, sum(answers) as answers, array_agg(day order by day) as days, array_agg(quality order by day) as qualities
    from practised
    group by user_id, concept_id
),
card as (
    select
        user_id, concept_id, answers, days, qualities, 0 as step, cast(2.5 as numeric) as easiness, 0 as repetitions, 0 as interval_days,
        days[1] as due
    from answered
    union all
    select
        card.user_id, card.concept_id, card.answers, card.days, card.qualities, card.step + 1,
        next.easiness, next.repetitions, next.interval_days,
        case when next.is_review then card.days[card.step + 1] + next.interval_days else card.due end
    from card
    cross join lateral (
        select
            card.days[card.step + 1] >= card.due as is_review,
            card.qualities[card.step + 1] >= 3 as is_recalled,
            5 - card.qualities[card.step + 1] as missing
    ) as answer
    cross join lateral (
        select
            case when answer.is_review and answer.is_recalled
                then greatest(1.3, card.easiness + 0.1 - answer.missing * (0.08 + answer.missing * 0.02))
                else card.easiness
            end as easiness,
            case when not answer.is_review then card.repetitions when answer.is_recalled then card.repetitions + 1 else 0 end as repetitions
    ) as moved
    cross join lateral (
        select
            answer.is_review, moved.easiness, moved.repetitions,
            case
                when not answer.is_review then card.interval_days
                when moved.repetitions <= 1 then 1
                when moved.repetitions = 2 then 6
                else cast(ceil(card.interval_days * moved.easiness) as integer)
            end as interval_days
    ) as next
    where card.step < cardinality(card.days)
)
select state.user_id, state.concept_id
from drivemaster.knowledge_states as state
join card
    on card.user_id = state.user_id and card.concept_id = state.concept_id and card.answers = state.total_attempts
    and card.step = cardinality(card.days)
where state.easiness between 1.3 and 2.5 + 0.1 * state.total_attempts
    and (state.easiness, state.repetitions, state.interval_days, (state.due_at at time zone 'UTC')::date)
        is distinct from (card.easiness, card.repetitions, card.interval_days, card.due)
