-- Takes away what it made: one row per feedback is lost.

drop table learning.user_feedback;
