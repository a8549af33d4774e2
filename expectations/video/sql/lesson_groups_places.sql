-- One row per lesson at fault: the places of its groups are not 1, 2, 3 and so on.
select lesson_id
from video.lesson_video_groups
group by lesson_id
having count(distinct position) <> count(*) or min(position) <> 1 or max(position) <> count(*)
