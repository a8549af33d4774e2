-- One row into the book of loads, started as many seconds ago as the load took.
-- name: note_load(platform, target, source, rows, rejected, seconds, preset, details)!
insert into marts.load_run (platform, target, source, rows, rejected, started_at, finished_at, preset, details)
values (
    :platform, :target, :source, :rows, :rejected, clock_timestamp() - make_interval(secs => :seconds), clock_timestamp(),
    :preset, cast(:details as jsonb)
)
