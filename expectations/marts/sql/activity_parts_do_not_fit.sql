-- One row per local day at fault: distinct learners of all are fewer than those of a tenant and device, or more than the sum over them.
with total as (
    select * from marts.activity_day where tenant = '*' and device = '*'
), part as (
    select
        time_zone,
        platform,
        day,
        max(dau) as most_dau,
        sum(dau) as all_dau,
        max(wau) as most_wau,
        sum(wau) as all_wau,
        max(mau) as most_mau,
        sum(mau) as all_mau
    from marts.activity_day
    where tenant <> '*' and device <> '*'
    group by 1, 2, 3
)
select
    time_zone,
    platform,
    day
from total
full join part using (time_zone, platform, day)
where (
    total.dau between part.most_dau and part.all_dau
    and total.wau between part.most_wau and part.all_wau
    and total.mau between part.most_mau and part.all_mau
) is not true
