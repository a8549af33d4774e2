-- One row per local day, learner and tenant: answers and right ones.
-- name: learner_attempt_day(platform, zone)!
insert into marts.learner_attempt_day (time_zone, platform, day, learner_id, tenant, attempts, correct, answers_hash)
select cast(:zone as text), cast(:platform as text), d.day, f.learner_id, f.tenant,
       count(*),
       count(*) filter (where f.is_correct),
       bit_xor(f.hash)
from batch_attempt as f
join batch_day as d on d.day = f.{day}
where d.time_zone = cast(:zone as text) and not d.sealed and f.learner_id is not null
group by d.day, f.learner_id, f.tenant
