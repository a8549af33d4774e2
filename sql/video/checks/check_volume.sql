-- One row per table and complete UTC day of the last week: whether as many rows came as on the same weekday of the twelve weeks before.
-- Definition X3, which needs six such weekdays: a history of seven weeks. Besides, the difference must exceed what counting alone gives
-- (Anscombe's transform, which also is the Poisson test where the MAD is 0). A person brings many rows a day, so that persons are counted
-- where rows have one: an empty day is noticed from six of them a day on. All that holds against the median and against the same weekday a
-- week before, moved as far as the six days between fell or rose too, and the day is less than half or more than twice both: a trend is no
-- fault.
-- The days of a table are read once, into an object by day: to read them again for the calendar would be to count all rows again.
create view video.check_volume as
with known as (
    select table_name, min(day) as first_day, jsonb_object_agg(day, jsonb_build_array(rows, sources)) as days
    from video.check_days
    group by table_name
),
counted as (
    select
        known.table_name, date.day::date as day,
        coalesce((known.days -> date.day::date::text ->> 0)::bigint, 0) as rows,
        coalesce((known.days -> date.day::date::text ->> 1)::bigint, 0) as sources
    from known
    cross join lateral generate_series(
        known.first_day, (marts.check_as_of() at time zone 'UTC')::date - 1, interval '1 day'
    ) as date (day)
),
dated as (
    select
        table_name, day, rows, sources,
        sum(rows) over (partition by table_name order by day rows between 6 preceding and 1 preceding) as before
    from counted
),
compared as (
    select
        table_name, day, rows,
        count(*) over usual as weeks,
        array_agg(rows) over usual as counts,
        lag(rows) over weekday as last_week,
        coalesce(before / nullif(lag(before) over weekday, 0), 1)::double precision as trend,
        coalesce(sum(rows) over usual / nullif(sum(sources) over usual, 0), 1)::double precision as size
    from dated
    window
        weekday as (partition by table_name, extract(isodow from day) order by day),
        usual as (partition by table_name, extract(isodow from day) order by day rows between 12 preceding and 1 preceding)
),
centred as (
    select
        *,
        (select percentile_cont(0.5) within group (order by n) from unnest(counts) as usual (n)) as median,
        last_week * case when rows < last_week then least(1, trend) else greatest(1, trend) end as expected
    from compared
    where day >= (marts.check_as_of() at time zone 'UTC')::date - 7 and weeks > 0
),
judged as (
    select
        table_name, day, rows, weeks, median, last_week, trend, expected,
        (select percentile_cont(0.5) within group (order by abs(n - median)) from unnest(counts) as usual (n)) as mad,
        2 * least(
            abs(sqrt(rows / size + 0.375) - sqrt(median / size + 0.375)),
            abs(sqrt(rows / size + 0.375) - sqrt(expected / size + 0.375))
        ) as noise
    from centred
)
select
    table_name, day, rows, weeks, median, mad, last_week, trend,
    weeks >= 6 and noise > 3.5 and (mad = 0 or 0.6745 * abs(rows - median) / mad > 3.5)
        and rows not between median / 2 and 2 * median
        and rows not between expected / 2 and 2 * expected as is_unusual
from judged;

comment on view video.check_volume is 'Rows a day of the last week beside the same weekday of the weeks before (definition X3)';
comment on column video.check_volume.table_name is 'Table';
comment on column video.check_volume.day is 'Complete UTC day';
comment on column video.check_volume.rows is 'Rows of that day';
comment on column video.check_volume.weeks is 'Same weekdays it is compared with; under six it is not tested';
comment on column video.check_volume.median is 'Median of their rows';
comment on column video.check_volume.mad is 'Median absolute deviation of their rows';
comment on column video.check_volume.last_week is 'Rows of the same weekday a week before';
comment on column video.check_volume.trend is 'Rows of the six days before, over those of the same days a week before';
comment on column video.check_volume.is_unusual is
    'Whether |z| > 3.5, beyond counting noise, and less than half or more than twice both of the median and of the week before';
