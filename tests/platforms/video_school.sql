-- Two tenants, north and south, alike in all but places: one row or two of every table. A key is the md5 of <tenant>/<thing>.
insert into video.tenants (id, slug, name) select md5(t)::uuid, t, initcap(t) from unnest(array['north', 'south']) as t;
insert into video.users (id, tenant_id, email, display_name, password_hash, role)
select md5(t || '/' || who)::uuid, md5(t)::uuid, who || '@' || t || '.example', t || ' ' || who, 'secret',
    case who when 'other' then 'student' else who end
from unnest(array['north', 'south']) as t cross join unnest(array['admin', 'teacher', 'student', 'other']) as who;
insert into video.lessons (id, tenant_id, title, description, created_by, status, tags)
select md5(t || '/' || title)::uuid, md5(t)::uuid, title, 'about ' || title || 's of the ' || t, md5(t || '/teacher')::uuid,
    case title when 'lesson' then 'published' else 'draft' end, array['maths', title]
from unnest(array['north', 'south']) as t cross join unnest(array['lesson', 'plan']) as title;
insert into video.video_groups (id, tenant_id, title)
select md5(t || '/group')::uuid, md5(t)::uuid, 'group of ' || t from unnest(array['north', 'south']) as t;
insert into video.lesson_video_groups (tenant_id, lesson_id, video_group_id, position)
select md5(t)::uuid, md5(t || '/lesson')::uuid, md5(t || '/group')::uuid, ascii(t) from unnest(array['north', 'south']) as t;
insert into video.videos (id, tenant_id, title, duration_seconds, status, metadata)
select md5(t || '/' || title)::uuid, md5(t)::uuid, title, 600, case title when 'video' then 'ready' else 'processing' end, '{"codec": "av1"}'
from unnest(array['north', 'south']) as t cross join unnest(array['video', 'raw']) as title;
insert into video.video_group_videos (tenant_id, video_group_id, video_id, position)
select md5(t)::uuid, md5(t || '/group')::uuid, md5(t || '/video')::uuid, ascii(t) from unnest(array['north', 'south']) as t;
insert into video.milestones (id, tenant_id, video_id, timestamp_seconds, title, retry_limit, branch_video_id)
select md5(t || '/stop')::uuid, md5(t)::uuid, md5(t || '/video')::uuid, ascii(t) / 2, 'stop of ' || t, 3, md5(t || '/raw')::uuid
from unnest(array['north', 'south']) as t;
insert into video.questions (id, tenant_id, milestone_id, question_type, prompt, data, points, allows_partial_credit, origin, status, tags)
select md5(t || '/' || name)::uuid, md5(t)::uuid, md5(t || '/stop')::uuid, 'true_false', name || ' of ' || t, '{"correctAnswer": true}', 2,
    name = 'question', 'ai', 'in_review', array['maths']
from unnest(array['north', 'south']) as t cross join unnest(array['question', 'waiting']) as name;
insert into video.question_reviews (id, tenant_id, question_id, content_version, reviewer_id, decision, comment)
select md5(t || '/review')::uuid, md5(t)::uuid, md5(t || '/question')::uuid, 1, md5(t || '/teacher')::uuid, 'approved', 'fine'
from unnest(array['north', 'south']) as t;
update video.questions set status = 'published' where prompt like 'question%';
insert into video.lesson_assignments (tenant_id, lesson_id, student_id, assigned_by)
select md5(t)::uuid, md5(t || '/lesson')::uuid, md5(t || '/' || who)::uuid, md5(t || '/teacher')::uuid
from unnest(array['north', 'south']) as t cross join unnest(array['student', 'other']) as who;
insert into video.student_sessions (id, tenant_id, student_id, video_id, position_seconds, device_fingerprint, device_info)
select md5(t || '/' || who || '/session')::uuid, md5(t)::uuid, md5(t || '/' || who)::uuid, md5(t || '/video')::uuid, 42, 'f1', '{"type": "mobile"}'
from unnest(array['north', 'south']) as t cross join unnest(array['student', 'other']) as who;
insert into video.student_progress (id, tenant_id, student_id, lesson_id, completion_percentage)
select md5(t || '/' || who || '/progress')::uuid, md5(t)::uuid, md5(t || '/' || who)::uuid, md5(t || '/lesson')::uuid, 50
from unnest(array['north', 'south']) as t cross join unnest(array['student', 'other']) as who;
insert into video.question_attempts (id, tenant_id, student_id, question_id, attempt_no, answer, is_correct, points_earned)
select md5(t || '/' || who || '/attempt')::uuid, md5(t)::uuid, md5(t || '/' || who)::uuid, md5(t || '/question')::uuid, 1, 'true', true, 2
from unnest(array['north', 'south']) as t cross join unnest(array['student', 'other']) as who;
insert into video.grade_scales (tenant_id, letter, lowest_percentage)
select md5(t)::uuid, letter, lowest
from unnest(array['north', 'south']) as t cross join (values ('A', 90), ('B', 70), ('F', 0)) as steps (letter, lowest);
insert into video.grades (id, tenant_id, student_id, lesson_id, total_points, earned_points, attempts)
select md5(t || '/' || who || '/grade')::uuid, md5(t)::uuid, md5(t || '/' || who)::uuid, md5(t || '/lesson')::uuid, 10, 7, 1
from unnest(array['north', 'south']) as t cross join unnest(array['student', 'other']) as who;
insert into video.ai_configurations (id, tenant_id, provider, model, api_key_encrypted)
select md5(t || '/configuration')::uuid, md5(t)::uuid, 'openai', 'model-1', '\xdead' from unnest(array['north', 'south']) as t;
insert into video.generation_jobs (id, tenant_id, video_id, configuration_id, requested_by)
select md5(t || '/job')::uuid, md5(t)::uuid, md5(t || '/video')::uuid, md5(t || '/configuration')::uuid, md5(t || '/teacher')::uuid
from unnest(array['north', 'south']) as t;
insert into video.generated_questions (tenant_id, job_id, question_id)
select md5(t)::uuid, md5(t || '/job')::uuid, md5(t || '/question')::uuid from unnest(array['north', 'south']) as t;
insert into video.ai_usage (id, tenant_id, configuration_id, job_id, user_id, input_tokens, output_tokens, cost_jpy, latency_ms)
select md5(t || '/call')::uuid, md5(t)::uuid, md5(t || '/configuration')::uuid, md5(t || '/job')::uuid, md5(t || '/teacher')::uuid, 10, 5, 0.5, 900
from unnest(array['north', 'south']) as t;
insert into video.analytics_events (id, tenant_id, user_id, lesson_id, video_id, milestone_id, event_type, category, event_data)
select md5(t || '/' || who || '/event')::uuid, md5(t)::uuid, md5(t || '/' || who)::uuid, md5(t || '/lesson')::uuid, md5(t || '/video')::uuid,
    md5(t || '/stop')::uuid, 'video_watch', 'learning', '{"fromSecond": 0, "toSecond": 42}'
from unnest(array['north', 'south']) as t cross join unnest(array['student', 'other']) as who;
insert into video.notifications (id, tenant_id, kind, severity, title)
select md5(t || '/alert')::uuid, md5(t)::uuid, 'engagement_drop', 'business', 'fewer come to the ' || t from unnest(array['north', 'south']) as t;
