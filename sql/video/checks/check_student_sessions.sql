-- One row per session: whether it still tells the device, without showing it.
create view video.check_student_sessions as
select id, student_id, device_fingerprint is not null or device_info <> '{}' as has_device
from video.student_sessions;

comment on view video.check_student_sessions is 'Sessions with what checks may know of the device';
comment on column video.check_student_sessions.id is 'Session';
comment on column video.check_student_sessions.student_id is 'Student';
comment on column video.check_student_sessions.has_device is 'Whether the fingerprint or the kind of the device is kept';
