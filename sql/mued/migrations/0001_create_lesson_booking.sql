-- One row per lesson a mentor offers (lesson_slots) and one row per booking of it (reservations).
-- Nobody is in two places at once: exclusion constraints on the mentor's slots and on the student's bookings,
-- and at most one living booking a slot.

create table mued.lesson_slots (
    id uuid primary key default gen_random_uuid(),
    mentor_id uuid,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    location text not null default 'online',
    instrument text,
    price_jpy integer not null default 0,
    status text not null default 'open',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint lesson_slots_order check (ends_at > starts_at),
    constraint lesson_slots_location_known check (location in ('online', 'studio', 'home')),
    constraint lesson_slots_price_range check (price_jpy >= 0),
    constraint lesson_slots_status_known check (status in ('open', 'closed', 'cancelled')),
    constraint lesson_slots_times_key unique (id, starts_at, ends_at),
    constraint fk_lesson_slots_mentor foreign key (mentor_id) references mued.users (id) on delete set null,
    constraint lesson_slots_no_overlap exclude using gist (mentor_id with =, tstzrange(starts_at, ends_at) with &&)
        where (status <> 'cancelled')
);
create index idx_lesson_slots_mentor on mued.lesson_slots (mentor_id, starts_at);
create index idx_lesson_slots_open on mued.lesson_slots (starts_at) where status = 'open';

create table mued.reservations (
    id uuid primary key default gen_random_uuid(),
    slot_id uuid not null,
    student_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    status text not null default 'booked',
    booked_at timestamptz not null default now(),
    cancelled_at timestamptz,
    cancelled_by text,
    attendance_recorded_at timestamptz,
    updated_at timestamptz not null default now(),
    constraint reservations_status_known check (status in ('booked', 'attended', 'no_show', 'cancelled')),
    constraint reservations_cancelled_has_time check ((status = 'cancelled') = (cancelled_at is not null)),
    constraint reservations_cancelled_by_known check (cancelled_by in ('student', 'mentor', 'admin')),
    constraint reservations_cancelled_after_booked check (cancelled_at >= booked_at),
    constraint reservations_attendance_has_time
        check ((status in ('attended', 'no_show')) = (attendance_recorded_at is not null)),
    constraint fk_reservations_slot foreign key (slot_id, starts_at, ends_at)
        references mued.lesson_slots (id, starts_at, ends_at) on update cascade on delete restrict,
    constraint fk_reservations_student foreign key (student_id) references mued.users (id) on delete cascade,
    constraint reservations_no_overlap exclude using gist (student_id with =, tstzrange(starts_at, ends_at) with &&)
        where (status <> 'cancelled')
);
create unique index idx_reservations_slot_living on mued.reservations (slot_id) where status <> 'cancelled';
create index idx_reservations_slot on mued.reservations (slot_id, starts_at, ends_at);
create index idx_reservations_student on mued.reservations (student_id, starts_at);
create index idx_reservations_starts on mued.reservations (starts_at);
create index idx_reservations_booked on mued.reservations (booked_at);

create trigger keep_updated_at before update on mued.lesson_slots
    for each row execute function mued.keep_updated_at();
create trigger keep_updated_at before update on mued.reservations
    for each row execute function mued.keep_updated_at();

grant select, insert, update, delete on mued.lesson_slots, mued.reservations to workbench_loader;
grant select on mued.lesson_slots, mued.reservations to workbench_reader, workbench_identified;

comment on table mued.lesson_slots is 'Lesson times offered by mentors; a mentor''s slots never overlap.';
comment on column mued.lesson_slots.id is 'Identity of the slot.';
comment on column mued.lesson_slots.mentor_id is 'Mentor who teaches; empty after the mentor was erased.';
comment on column mued.lesson_slots.starts_at is 'Start of the lesson.';
comment on column mued.lesson_slots.ends_at is 'End of the lesson, after its start.';
comment on column mued.lesson_slots.location is 'online, studio or home.';
comment on column mued.lesson_slots.instrument is 'Instrument taught.';
comment on column mued.lesson_slots.price_jpy is 'Price of the lesson in JPY.';
comment on column mued.lesson_slots.status is 'open, closed (no longer offered) or cancelled.';
comment on column mued.lesson_slots.created_at is 'When the slot was offered.';
comment on column mued.lesson_slots.updated_at is 'Last change of the row.';

comment on table mued.reservations is 'Bookings of lesson slots; one living booking a slot, and no two at one time for a student.';
comment on column mued.reservations.id is 'Identity of the booking.';
comment on column mued.reservations.slot_id is 'Slot that is booked.';
comment on column mued.reservations.student_id is 'Student who booked.';
comment on column mued.reservations.starts_at is 'Start of the slot; follows the slot when that is moved.';
comment on column mued.reservations.ends_at is 'End of the slot; follows the slot when that is moved.';
comment on column mued.reservations.status is 'booked, attended, no_show or cancelled.';
comment on column mued.reservations.booked_at is 'When the booking was made.';
comment on column mued.reservations.cancelled_at is 'When it was cancelled; set exactly for cancelled bookings.';
comment on column mued.reservations.cancelled_by is 'Who cancelled: student, mentor or admin.';
comment on column mued.reservations.attendance_recorded_at is 'When attendance was noted; set exactly for attended and no_show.';
comment on column mued.reservations.updated_at is 'Last change of the row.';
