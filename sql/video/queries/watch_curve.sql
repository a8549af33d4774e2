-- One row per slice of a video: starters who saw any of it, and how often it was seen again (definition E6).
-- name: watch_curve(video_id, start, end, timezone, slices)
with stretches as (
    select
        event.user_id,
        cast(event.event_data ->> 'fromSecond' as double precision) as from_second,
        cast(event.event_data ->> 'toSecond' as double precision) as to_second
    from video.analytics_events as event
    where event.video_id = cast(:video_id as uuid) and event.event_type = 'video_watch' and event.user_id is not null
        and event.occurred_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
        and event.occurred_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
),
slice as (
    select
        number,
        video.duration_seconds * (number - 1) / cast(:slices as integer) as from_second,
        video.duration_seconds * number / cast(:slices as integer) as to_second
    from video.videos as video cross join generate_series(1, cast(:slices as integer)) as number
    where video.id = cast(:video_id as uuid)
),
seen as (
    select
        slice.number,
        stretches.user_id,
        count(*) as times,
        sum(least(slice.to_second, stretches.to_second) - greatest(slice.from_second, stretches.from_second))
            / (max(slice.to_second) - max(slice.from_second)) as passes
    from slice
    join stretches on stretches.from_second < slice.to_second and stretches.to_second > slice.from_second
    group by slice.number, stretches.user_id
)
select
    slice.from_second,
    slice.to_second,
    count(seen.user_id) as audience,
    (select count(distinct user_id) from stretches) as starters,
    coalesce(sum(greatest(seen.passes - 1, 0)), 0) as watched_again
from slice
left join seen on seen.number = slice.number
group by slice.number, slice.from_second, slice.to_second
order by slice.number
