-- Takes away the items: one row per version of an item is lost.
drop table drivemaster.content;
