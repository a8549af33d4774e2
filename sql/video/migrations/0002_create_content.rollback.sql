-- Takes away what it made: one row per lesson, group, video, milestone and use is lost.

drop table video.milestones;
drop table video.video_group_videos;
drop table video.videos;
drop table video.lesson_video_groups;
drop table video.video_groups;
drop table video.lessons;
