-- One row per state at fault: its mastery is not that of its answers, replayed by definition P1, to 1e-6.
-- Without forgetting, the odds after n answers are a sum: what is left of the first odds, and for each answer what was learnt after it, all
-- multiplied by the ratios of the answers since, where an answer's ratio is its likelihood when known over that when not known, divided by
-- 1 - t. So nothing has to be repeated answer by answer; the sum is taken from logarithms, beside its greatest term. States with parameters
-- outside of their ranges, or whose answers are not all there, are the matter of other rules.
with judged as (
    select
        user_id, concept_id, mastery_probability, total_attempts,
        ln(greatest(initial_knowledge, 1e-12)) - ln(greatest(1 - initial_knowledge, 1e-12)) as first_odds,
        ln(1 - greatest(slip_parameter, 1e-12)) - ln(greatest(guess_parameter, 1e-12)) as when_right,
        ln(greatest(slip_parameter, 1e-12)) - ln(1 - greatest(guess_parameter, 1e-12)) as when_wrong,
        -ln(1 - learning_rate) as growth,
        ln(nullif(learning_rate, 0)) as learning
    from drivemaster.knowledge_states
    where mastery_probability between 0 and 1 and initial_knowledge between 0 and 1 and learning_rate >= 0 and learning_rate < 1
        and guess_parameter between 0 and 0.5 and slip_parameter between 0 and 0.5 and 1 - slip_parameter > guess_parameter
),
given as materialized (
    select user_id, concept_id, "timestamp", id, response_data -> 'isCorrect' = 'true' as is_correct
    from drivemaster.learning_events
    where event_type = 'question_answered'
),
answered as (
    select
        judged.user_id, judged.concept_id, judged.growth, judged.learning, given."timestamp", given.id,
        case when given.is_correct then judged.when_right else judged.when_wrong end as evidence
    from judged
    join given on given.user_id = judged.user_id and given.concept_id = judged.concept_id
),
summed as (
    select user_id, concept_id, growth, learning, evidence, sum(evidence) over since as evidence_since, count(*) over since as back
    from answered
    window since as (partition by user_id, concept_id order by "timestamp" desc, id desc rows unbounded preceding)
),
term as (
    select
        user_id, concept_id, back, evidence_since + back * growth as passed,
        evidence_since - evidence + back * growth + learning as learnt
    from summed
),
greatest_term as (
    select
        judged.user_id, judged.concept_id, judged.mastery_probability,
        judged.first_odds + coalesce(max(term.passed) filter (where term.back = judged.total_attempts), 0) as kept,
        max(term.learnt) as learnt
    from judged
    left join term on term.user_id = judged.user_id and term.concept_id = judged.concept_id
    group by judged.user_id, judged.concept_id, judged.mastery_probability, judged.first_odds, judged.total_attempts
    having count(term.back) = judged.total_attempts
),
replayed as (
    select
        known.user_id, known.concept_id, known.mastery_probability,
        greatest(known.kept, known.learnt)
        + ln(
            exp(greatest(known.kept - greatest(known.kept, known.learnt), -700))
            + coalesce(sum(exp(greatest(term.learnt - greatest(known.kept, known.learnt), -700))), 0)
        ) as log_odds
    from greatest_term as known
    left join term on term.user_id = known.user_id and term.concept_id = known.concept_id
    group by known.user_id, known.concept_id, known.mastery_probability, known.kept, known.learnt
)
select user_id, concept_id
from replayed
where abs(mastery_probability - 1 / (1 + exp(-least(greatest(log_odds, -700), 700)))) > 1e-6
