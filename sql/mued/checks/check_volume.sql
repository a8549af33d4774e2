-- One row per table and complete UTC day of the last week: whether as many rows came as on the same weekday of the twelve weeks before.
-- Definition X3, which needs six such weekdays: a history of seven weeks. Besides, the difference must exceed what counting alone gives
-- (Anscombe's transform, which also is the Poisson test where the MAD is 0): an empty day is noticed from six rows a day on. And the day
-- must be less than half or more than twice both of the median and of the same weekday a week before, the latter raised by how much
-- the six days between have grown since: growth is no fault.
create view mued.check_volume as
with history as (  -- one row per table: its days are counted once, only those of the table asked for, however often they are looked at
    select table_name, array_agg(day) as days, array_agg(rows) as counts
    from mued.check_days
    group by table_name
)
select history.table_name, found.day, found.rows, found.weeks, found.median, found.mad, found.last_week, found.growth, found.is_unusual
from history
cross join lateral (
    with today as (
        select (marts.check_as_of() at time zone 'UTC')::date as day
    ),
    seen as (
        select day, rows
        from unnest(history.days, history.counts) as each_day (day, rows)
    ),
    counted as (
        select
            date.day::date as day, coalesce(seen.rows, 0) as rows,
            sum(coalesce(seen.rows, 0)) over (order by date.day rows between 6 preceding and 1 preceding) as before
        from today
        cross join lateral generate_series((select min(day) from seen), today.day - 1, interval '1 day') as date (day)
        left join seen on seen.day = date.day::date
    ),
    compared as (
        select
            tested.day, tested.rows, count(*) as weeks,
            percentile_cont(0.5) within group (order by usual.rows) as median, array_agg(usual.rows) as counts,
            max(usual.rows) filter (where usual.day = tested.day - 7) as last_week,
            greatest(1, tested.before / nullif(max(usual.before) filter (where usual.day = tested.day - 7), 0)) as growth
        from today
        join counted as tested on tested.day >= today.day - 7
        join counted as usual on usual.day < tested.day and usual.day >= tested.day - 84 and (tested.day - usual.day) % 7 = 0
        group by tested.day, tested.rows, tested.before
    ),
    judged as (
        select
            day, rows, weeks, median, last_week, growth,
            (select percentile_cont(0.5) within group (order by abs(n - median)) from unnest(counts) as usual (n)) as mad,
            2 * abs(sqrt(rows + 0.375) - sqrt(median + 0.375)) as noise
        from compared
    )
    select
        day, rows, weeks, median, mad, last_week, growth,
        weeks >= 6 and noise > 3.5 and (mad = 0 or 0.6745 * abs(rows - median) / mad > 3.5)
            and rows not between median / 2 and 2 * median
            and rows not between last_week / 2.0 and 2 * last_week * growth as is_unusual
    from judged
) as found;

comment on view mued.check_volume is 'Rows a day of the last week beside the same weekday of the weeks before (definition X3).';
comment on column mued.check_volume.table_name is 'Table.';
comment on column mued.check_volume.day is 'Complete UTC day.';
comment on column mued.check_volume.rows is 'Rows of that day.';
comment on column mued.check_volume.weeks is 'Same weekdays it is compared with; under six it is not tested.';
comment on column mued.check_volume.median is 'Median of their rows.';
comment on column mued.check_volume.mad is 'Median absolute deviation of their rows.';
comment on column mued.check_volume.last_week is 'Rows of the same weekday a week before.';
comment on column mued.check_volume.growth is 'Rows of the six days before, over those of the same days a week before; at least 1.';
comment on column mued.check_volume.is_unusual is
    'Whether |z| > 3.5, beyond counting noise, and less than half or more than twice both of the median and of the week before.';
