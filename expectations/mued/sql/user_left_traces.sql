-- One row per account at fault: closed more than 30 days ago, and messages, notes, sessions or dialogues of that person are still here.
select account.id
from mued.users as account
where account.deleted_at < marts.check_as_of() - interval '30 days' and (
    exists (select from mued.messages where sender_id = account.id)
    or exists (select from mued.messages where recipient_id = account.id)
    or exists (select from mued.log_entries where user_id = account.id)
    or exists (select from mued.sessions where user_id = account.id)
    or exists (select from mued.ai_dialogue_log where user_id = account.id)
)
