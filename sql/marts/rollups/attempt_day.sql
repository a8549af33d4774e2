-- One row per local day, tenant, skill and item: answers, right ones, points, response times on the logarithmic scale.
-- name: attempt_day(platform, zone)!
insert into marts.attempt_day (
    time_zone, platform, day, tenant, skill_id, item_id, attempts, correct, score_sum, timed, log_ms_sum, log_ms_square_sum
)
select cast(:zone as text), cast(:platform as text), d.day, f.tenant,
       coalesce(f.skill_id, '00000000-0000-0000-0000-000000000000'),
       coalesce(f.item_id, '00000000-0000-0000-0000-000000000000'),
       count(*),
       count(*) filter (where f.is_correct),
       sum(coalesce(f.score_ratio, cast(cast(f.is_correct as integer) as double precision))),
       count(f.log_ms),
       coalesce(sum(f.log_ms), 0),
       coalesce(sum(f.log_ms * f.log_ms), 0)
from batch_attempt as f
join batch_day as d on d.day = f.{day}
where d.time_zone = cast(:zone as text) and not d.sealed
group by d.day, f.tenant, f.skill_id, f.item_id
