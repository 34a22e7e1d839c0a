DROP VIEW external_refs;
DROP TABLE roster_credentials;
DROP TABLE roster_enrollments;
DROP TABLE roster_roles;
DROP TABLE roster_classes;
DROP TABLE roster_users;
DROP TABLE roster_courses;
DROP TABLE roster_academic_sessions;
