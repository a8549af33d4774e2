-- Removes the messages.
drop table mued.messages;
