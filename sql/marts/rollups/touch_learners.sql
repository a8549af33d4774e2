-- One row per learner whose answers on the UTC days of the batch are others than when these days were last computed, or were given by
-- somebody else then: what is known of their items and skills is due. Run it before the stored rows of these days are cleared.
-- name: touch_learners(platform)!
insert into marts.touched_learner (platform, learner_id)
select distinct cast(:platform as text), learner_id
from (
    select f.{day} as day, f.learner_id, f.tenant, bit_xor(f.hash) as answers_hash
    from batch_attempt as f
    join batch_day as d on d.day = f.{day}
    where d.time_zone = 'UTC' and not d.sealed and f.learner_id is not null
    group by f.{day}, f.learner_id, f.tenant
) as now
full join (
    select s.day, s.learner_id, s.tenant, s.answers_hash
    from marts.learner_attempt_day as s
    join batch_day as d on d.time_zone = s.time_zone and d.day = s.day
    where s.platform = cast(:platform as text) and s.time_zone = 'UTC' and not d.sealed and not s.is_erased
) as stored using (day, learner_id, tenant)
where now.answers_hash is distinct from stored.answers_hash
