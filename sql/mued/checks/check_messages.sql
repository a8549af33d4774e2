-- One row per message: the key, and what checks may know of its text.
create view mued.check_messages as
select
    id,
    coalesce(btrim(body) <> '' and length(body) <= 10000, false) as body_is_filled
from mued.messages;

comment on view mued.check_messages is 'Messages as checks see them: the key and a truth value about the text.';
comment on column mued.check_messages.id is 'Identity of the message.';
comment on column mued.check_messages.body_is_filled is 'Whether there is a text, of at most 10,000 characters.';
