-- Takes away what it made: one row per event, audited act and alert is lost.

drop table video.notifications;
drop table video.audit_logs;
drop table video.analytics_events;
