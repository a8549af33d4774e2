-- One row per booking at fault: the account that booked is not there, or is no student.
select booking.id
from mued.reservations as booking
left join mued.users as student on student.id = booking.student_id
where student.role is distinct from 'student'
