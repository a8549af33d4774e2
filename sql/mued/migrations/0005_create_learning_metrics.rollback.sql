-- Removes the progress on assigned materials.
drop table mued.learning_metrics;
