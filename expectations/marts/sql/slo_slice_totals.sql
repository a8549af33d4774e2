-- One row per objective and day at fault: its total, marked *, is not the sum over tenants and models.
select
    platform,
    day,
    slo
from marts.slo_slice
group by platform, day, slo
having (coalesce(sum(good) filter (where tenant = '*'), 0), coalesce(sum(total) filter (where tenant = '*'), 0))
    <> (coalesce(sum(good) filter (where tenant <> '*'), 0), coalesce(sum(total) filter (where tenant <> '*'), 0))
