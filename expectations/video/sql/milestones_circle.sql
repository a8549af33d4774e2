-- One row per video at fault: its milestones lead back to it, at once or through other videos.
with recursive way as (
    select video_id as begun_at, branch_video_id as video_id
    from video.milestones
    where branch_video_id is not null
    union
    select way.begun_at, stop.branch_video_id
    from way
    join video.milestones as stop on stop.video_id = way.video_id and stop.branch_video_id is not null
    where way.video_id <> way.begun_at
)
select distinct video_id
from way
where video_id = begun_at
