-- Takes away the events: one row per event of practice is lost.
drop table drivemaster.learning_events;
