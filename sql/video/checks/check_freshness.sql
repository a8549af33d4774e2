-- One row per table that grows by what happens: whether it has been silent for longer than its own rhythm allows.
-- The rhythm is the gap between two days with rows that 19 of 20 gaps do not exceed; it needs at least six gaps to be known.
create view video.check_freshness as
with step as (
    select table_name, day, day - lag(day) over (partition by table_name order by day) as gap
    from video.check_days
),
rhythm as (
    select
        table_name, max(day) as last_day, count(gap) as gaps, percentile_disc(0.95) within group (order by gap) as usual_gap,
        (marts.check_as_of() at time zone 'UTC')::date - max(day) as days_ago
    from step
    group by table_name
)
select table_name, last_day, days_ago, gaps, usual_gap, gaps >= 6 and days_ago > 2 * usual_gap + 1 as is_stale
from rhythm;

comment on view video.check_freshness is 'Whether a table has been silent for longer than its own rhythm allows';
comment on column video.check_freshness.table_name is 'Table';
comment on column video.check_freshness.last_day is 'Last UTC day with rows';
comment on column video.check_freshness.days_ago is 'Days since then';
comment on column video.check_freshness.gaps is 'Gaps between days with rows that the rhythm was found from';
comment on column video.check_freshness.usual_gap is 'Days that 19 of 20 gaps do not exceed';
comment on column video.check_freshness.is_stale is 'Silent for more than twice the usual gap and a day; false under six gaps';
