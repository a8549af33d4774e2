-- One row per message between a student and a mentor.

create table mued.messages (
    id uuid primary key default gen_random_uuid(),
    sender_id uuid not null,
    recipient_id uuid not null,
    reservation_id uuid,
    body text not null,
    sent_at timestamptz not null default now(),
    read_at timestamptz,
    constraint messages_two_people check (sender_id <> recipient_id),
    constraint messages_body_filled check (length(body) between 1 and 10000),
    constraint messages_read_after_sent check (read_at >= sent_at),
    constraint fk_messages_sender foreign key (sender_id) references mued.users (id) on delete cascade,
    constraint fk_messages_recipient foreign key (recipient_id) references mued.users (id) on delete cascade,
    constraint fk_messages_reservation foreign key (reservation_id) references mued.reservations (id) on delete set null
);
create index idx_messages_sender on mued.messages (sender_id, sent_at);
create index idx_messages_recipient on mued.messages (recipient_id, sent_at);
create index idx_messages_unread on mued.messages (recipient_id) where read_at is null;
create index idx_messages_reservation on mued.messages (reservation_id) where reservation_id is not null;
create index idx_messages_sent on mued.messages (sent_at);

grant select, insert, update, delete on mued.messages to workbench_loader;
grant select (id, sender_id, recipient_id, reservation_id, sent_at, read_at)
    on mued.messages to workbench_reader, workbench_identified;

comment on table mued.messages is 'Messages between students and mentors; both copies go when either person is erased.';
comment on column mued.messages.id is 'Identity of the message.';
comment on column mued.messages.sender_id is 'Who wrote it.';
comment on column mued.messages.recipient_id is 'Who receives it.';
comment on column mued.messages.reservation_id is 'Booking it is about, if any.';
comment on column mued.messages.body is 'Personal: text of the message.';
comment on column mued.messages.sent_at is 'When it was sent.';
comment on column mued.messages.read_at is 'When the recipient opened it.';
