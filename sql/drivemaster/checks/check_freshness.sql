-- One row per kind of event: whether it has been silent for longer than its own rhythm allows.
-- The rhythm is the gap between two days with rows that 19 of 20 gaps do not exceed; it needs at least six gaps to be known.
create view drivemaster.check_freshness as
with step as (
    select event_type, day, day - lag(day) over (partition by event_type order by day) as gap
    from drivemaster.check_days
),
rhythm as (
    select
        event_type, max(day) as last_day, count(gap) as gaps, percentile_disc(0.95) within group (order by gap) as usual_gap,
        (marts.check_as_of() at time zone 'UTC')::date - max(day) as days_ago
    from step
    group by event_type
)
select event_type, last_day, days_ago, gaps, usual_gap, gaps >= 6 and days_ago > 2 * usual_gap + 1 as is_stale
from rhythm;

comment on view drivemaster.check_freshness is 'Whether a kind of event has been silent for longer than its own rhythm allows';
comment on column drivemaster.check_freshness.event_type is 'Kind of event';
comment on column drivemaster.check_freshness.last_day is 'Last UTC day with rows';
comment on column drivemaster.check_freshness.days_ago is 'Days since then';
comment on column drivemaster.check_freshness.gaps is 'Gaps between days with rows that the rhythm was found from';
comment on column drivemaster.check_freshness.usual_gap is 'Days that 19 of 20 gaps do not exceed';
comment on column drivemaster.check_freshness.is_stale is 'Silent for more than twice the usual gap and a day; false under six gaps';
