-- Takes away what it made: one row per interaction is lost.

drop table learning.interactions;
