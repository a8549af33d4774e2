-- One row per learner and skill of the batch: answers, outcomes of the opportunities (definition P4), the replayed state (definition P1).
-- A row that began before raw rows were archived still stands; what is later than its last answer is added to it.
-- name: learner_skill(platform)!
insert into marts.learner_skill (
    platform, learner_id, skill_id, tenant, answers, correct, opportunities, outcomes, first_at, last_at, log_odds, mastered_at,
    answers_to_mastery
)
select cast(:platform as text), s.learner_id, s.skill_id, s.tenant,
       s.answers_before + length(s.answers), s.correct_before + length(replace(s.answers, '0', '')),
       coalesce(o.opportunities, 0), coalesce(o.outcomes, ''),
       coalesce(s.first_before, s.times[1]), s.times[length(s.answers)],
       p.log_odds,
       coalesce(s.mastered_before, s.times[p.mastered_with]),
       coalesce(s.answers_to_mastery_before, s.answers_before + p.mastered_with)
from batch_sequence as s
left join batch_replayed as p on p.place = s.place
left join (
    select i.learner_id, i.skill_id,
           cast(least(count(*), 32767) as smallint) as opportunities,
           cast(left(string_agg(cast(cast(i.is_correct as integer) as text), '' order by i.first_at, i.item_id), 50) as bit varying(50))
               as outcomes
    from marts.item_response as i
    join batch_answerer as l on l.learner_id = i.learner_id
    where i.platform = cast(:platform as text)
    group by i.learner_id, i.skill_id
) as o on o.learner_id = s.learner_id and o.skill_id = s.skill_id
on conflict (platform, learner_id, skill_id) do update
set tenant = excluded.tenant, answers = excluded.answers, correct = excluded.correct, opportunities = excluded.opportunities,
    outcomes = excluded.outcomes, last_at = excluded.last_at, log_odds = excluded.log_odds, mastered_at = excluded.mastered_at,
    answers_to_mastery = excluded.answers_to_mastery
