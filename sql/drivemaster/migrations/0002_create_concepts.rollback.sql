-- Takes away the concepts and their prerequisites: one row per concept is lost.
drop table drivemaster.concept_prerequisites;
drop table drivemaster.concepts;
drop function drivemaster.refuse_circles();
