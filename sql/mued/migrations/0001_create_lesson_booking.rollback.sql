-- Removes bookings, then the slots they refer to.
drop table mued.reservations;
drop table mued.lesson_slots;
