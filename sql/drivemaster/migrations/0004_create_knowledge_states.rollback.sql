-- Takes away the knowledge states: one row per learner and concept is lost.
drop table drivemaster.knowledge_states;
