-- One row per item and learner of the batch: the first answer, and how many there were (definition P6).
-- A row that began before raw rows were archived still stands; answers later than its last are added to it.
-- name: item_response(platform)!
insert into marts.item_response as r (
    platform, item_id, learner_id, tenant, skill_id, first_at, is_correct, response_ms, attempts, correct, last_at
)
select cast(:platform as text), a.item_id, a.learner_id, a.tenant,
       coalesce(a.skill_id, '00000000-0000-0000-0000-000000000000'),
       a.occurred_at, a.is_correct, a.response_ms, a.attempts, a.correct, a.last_at
from (
    select b.*,
           row_number() over in_order as place,
           count(*) over whole as attempts,
           count(*) filter (where b.is_correct) over whole as correct,
           max(b.occurred_at) over whole as last_at
    from batch_answer as b
    left join marts.item_response as s
        on s.platform = cast(:platform as text) and s.item_id = b.item_id and s.learner_id = b.learner_id
    where b.item_id is not null and (s.last_at is null or b.occurred_at > s.last_at)
    window whole as (partition by b.learner_id, b.item_id),
           in_order as (partition by b.learner_id, b.item_id order by b.occurred_at, b.attempt_id)
) as a
where a.place = 1
on conflict (platform, item_id, learner_id) do update
set attempts = r.attempts + excluded.attempts, correct = r.correct + excluded.correct, last_at = excluded.last_at
