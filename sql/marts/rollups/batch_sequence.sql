-- One row per learner and skill of the batch: the answers in their order, right ones as 1 and wrong ones as 0, with their times, and where
-- the replay takes up: at a stored row that began before raw rows were archived, else at none.
-- name: batch_sequence(platform)!
create temporary table batch_sequence as
select row_number() over () as place,
       b.learner_id, b.skill_id,
       (array_agg(b.tenant order by b.occurred_at desc, b.attempt_id desc))[1] as tenant,
       string_agg(cast(cast(b.is_correct as integer) as text), '' order by b.occurred_at, b.attempt_id) as answers,
       array_agg(b.occurred_at order by b.occurred_at, b.attempt_id) as times,
       min(s.log_odds) as log_odds,
       coalesce(min(s.answers), 0) as answers_before,
       coalesce(min(s.correct), 0) as correct_before,
       min(s.first_at) as first_before,
       min(s.mastered_at) as mastered_before,
       min(s.answers_to_mastery) as answers_to_mastery_before
from batch_answer as b
left join marts.learner_skill as s
    on s.platform = cast(:platform as text) and s.learner_id = b.learner_id and s.skill_id = b.skill_id
where b.skill_id is not null and (s.last_at is null or b.occurred_at > s.last_at)
group by b.learner_id, b.skill_id
