-- One row per message at fault: who wrote it or who receives it is not there.
select message.id
from mued.messages as message
left join mued.users as sender on sender.id = message.sender_id
left join mued.users as recipient on recipient.id = message.recipient_id
where sender.id is null or recipient.id is null
