-- One row per local day, learner and tenant: AI answers received, how many were bad, what they cost (definition R4).
-- name: learner_ai_day(platform, zone)!
insert into marts.learner_ai_day (time_zone, platform, day, learner_id, tenant, answers, errors, bad, priced, cost_jpy)
select cast(:zone as text), cast(:platform as text), d.day, f.learner_id, f.tenant,
       count(*),
       count(*) filter (where f.is_error),
       count(*) filter (where f.bad),
       count(f.cost_jpy),
       coalesce(sum(f.cost_jpy), 0)
from batch_fact_ai_answer as f
join batch_day as d on d.day = f.{day}
where d.time_zone = cast(:zone as text) and not d.sealed and f.learner_id is not null
group by d.day, f.learner_id, f.tenant
