-- Removes the subscription periods.
drop table mued.subscriptions;
