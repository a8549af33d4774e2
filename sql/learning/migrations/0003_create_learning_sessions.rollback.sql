-- Takes away what it made: one row per session is lost.

drop table learning.learning_sessions;
