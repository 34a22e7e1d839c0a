-- The foreign keys that are not ours.
FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS k
WHERE s.type = 'table' AND k.seq = 0
  AND NOT (lower(s.name), lower(k."table")) IN (VALUES ('participants', 'rooms'), ('rooms', 'buildings'),
                                                       ('roster_orgs', 'roster_orgs'),
                                                       ('roster_academic_sessions', 'roster_academic_sessions'),
                                                       ('roster_classes', 'roster_courses'),
                                                       ('roster_classes', 'roster_orgs'),
                                                       ('roster_courses', 'roster_orgs'),
                                                       ('roster_credentials', 'roster_users'),
                                                       ('roster_enrollments', 'roster_classes'),
                                                       ('roster_enrollments', 'roster_users'),
                                                       ('roster_roles', 'roster_orgs'),
                                                       ('roster_roles', 'roster_users'),
                                                       ('attendance_base', 'participants'),
                                                       ('violations', 'participants'), ('violations', 'rooms'))
