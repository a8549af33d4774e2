-- One row per report at fault: its last publication is older than twice its cadence. The cadence is the median time between its
-- last ten publications, at least a day: a report published fewer than three times has none, and one made twice in an hour has not
-- promised to be made every hour.
with publication as (
    select
        report,
        started_at,
        started_at - lag(started_at) over (partition by report order by started_at) as gap,
        row_number() over (partition by report order by started_at desc) as back
    from marts.report_run
    where state = 'published'
      and started_at <= marts.check_as_of()
)
select report
from publication
where back <= 10
group by report
having count(*) >= 3
   and max(started_at) < marts.check_as_of()
       - 2 * greatest(percentile_cont(0.5) within group (order by gap), interval '1 day')
