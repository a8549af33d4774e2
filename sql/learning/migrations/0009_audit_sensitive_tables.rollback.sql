-- Removes the writers of the audit trail; what they wrote stays.
drop trigger user_feedback_audit on learning.user_feedback;
drop trigger study_materials_audit on learning.study_materials;
drop trigger users_audit on learning.users;
drop function learning.note_event(text, text, uuid, boolean, text, inet, text, text, jsonb);
drop function learning.write_audit();
drop function learning.acting_user();
drop function learning.masked(jsonb);
