-- Takes away the learners: one row per learner is lost.
drop table drivemaster.users;
revoke usage on schema drivemaster from workbench_loader, workbench_reader, workbench_identified;
