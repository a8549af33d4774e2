-- One row per group at fault: the places of its videos are not 1, 2, 3 and so on.
select video_group_id
from video.video_group_videos
group by video_group_id
having count(distinct position) <> count(*) or min(position) <> 1 or max(position) <> count(*)
