-- Removes the teaching materials.
drop table mued.materials;
