-- Takes away the learners: one row per learner is lost.
drop table drivemaster.users;
