//! Tables as applications make them, with the maps for them.

/// A NestJS service with TypeORM: uuid keys made by the database, `active`, NOT NULL columns of its own, unique names,
/// nullable parents, timestamps without zone, an enum, cascades.
pub(crate) const TYPEORM: &str = "
    CREATE TABLE halls (id serial PRIMARY KEY, title varchar NOT NULL);
    CREATE TYPE buildings_kind_enum AS ENUM ('own', 'rented');
    CREATE TABLE buildings (
        id uuid NOT NULL DEFAULT gen_random_uuid(), name character varying(120), address character varying,
        active boolean NOT NULL DEFAULT true, kind buildings_kind_enum NOT NULL DEFAULT 'own',
        \"deletedAt\" timestamp without time zone, created_at timestamp NOT NULL DEFAULT now(),
        CONSTRAINT \"PK_b\" PRIMARY KEY (id), CONSTRAINT \"UQ_b_name\" UNIQUE (name));
    CREATE TABLE rooms (
        id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, building_id uuid, number character varying(20) NOT NULL,
        name character varying(60), hall_id integer NOT NULL, capacity integer NOT NULL DEFAULT 0,
        active boolean NOT NULL DEFAULT true, created_at timestamp NOT NULL DEFAULT now(),
        CONSTRAINT \"UQ_r_number\" UNIQUE (building_id, number),
        CONSTRAINT \"FK_r_b\" FOREIGN KEY (building_id) REFERENCES buildings (id) ON DELETE CASCADE,
        FOREIGN KEY (hall_id) REFERENCES halls (id));
    CREATE TABLE assignments (id serial PRIMARY KEY, room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE);
    CREATE TABLE attendances (id serial PRIMARY KEY,
        assignment_id integer NOT NULL REFERENCES assignments (id) ON DELETE CASCADE);
    INSERT INTO halls (title) VALUES ('the only one');
    CREATE FUNCTION hall_of(building uuid) RETURNS integer LANGUAGE sql AS 'SELECT 1';
    INSERT INTO buildings (id, name, address) VALUES
        ('00000000-0000-4000-8000-000000000001', 'Bakı Dövlət Universiteti', 'Z. Xəlilov 23'),
        ('00000000-0000-4000-8000-000000000002', 'Məktəb № 6', NULL),
        ('00000000-0000-4000-8000-000000000003', 'Our own depot', NULL);
    INSERT INTO rooms (id, building_id, number, hall_id, capacity) VALUES
        ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', '101', 1, 20),
        ('00000000-0000-4000-8000-000000000012', '00000000-0000-4000-8000-000000000001', '110', 1, 20);
    INSERT INTO assignments (room_id) VALUES ('00000000-0000-4000-8000-000000000011');
    INSERT INTO attendances (assignment_id) VALUES (1);
";

/// The map for [`TYPEORM`].
pub(crate) const TYPEORM_MAP: &str = r#"
[buildings]
table = "public.buildings"
key = "id"
name = "name"
address = "address"
active = "active"

[rooms]
table = "public.rooms"
key = "id"
building = "building_id"
name = "name"
capacity = "capacity"
active = "active"
on_insert = { number = "$name", hall_id = "public.hall_of($building)" }
"#;

/// Sequelize: camelCase in quotes, serial keys, `createdAt` NOT NULL without a default.
pub(crate) const SEQUELIZE: &str = r#"
    CREATE TABLE "Buildings" (id SERIAL PRIMARY KEY, "fullName" varchar(255) NOT NULL, "isActive" boolean DEFAULT true,
        "createdAt" timestamptz NOT NULL, "updatedAt" timestamptz NOT NULL);
    CREATE TABLE "Rooms" (id SERIAL PRIMARY KEY, "buildingId" integer REFERENCES "Buildings" (id), name varchar(255) NOT NULL,
        seats integer, "externalId" integer UNIQUE, "createdAt" timestamptz NOT NULL, "updatedAt" timestamptz NOT NULL);
"#;

/// The map for [`SEQUELIZE`].
pub(crate) const SEQUELIZE_MAP: &str = r#"
[buildings]
table = "public.Buildings"
key = "id"
name = "fullName"
active = "isActive"
on_insert = { createdAt = "now()", updatedAt = "now()" }

[rooms]
table = "public.Rooms"
key = "id"
building = "buildingId"
name = "name"
capacity = "seats"
external_id = "externalId"
on_insert = { createdAt = "now()", updatedAt = "now()" }
"#;

/// Prisma: text keys that the client makes.
pub(crate) const PRISMA: &str = r#"
    CREATE TABLE "Building" (id text PRIMARY KEY, name text NOT NULL, "deletedAt" timestamp(3));
    CREATE TABLE "Room" (id text PRIMARY KEY, name text NOT NULL, capacity integer, "buildingId" text NOT NULL
        REFERENCES "Building" (id) ON UPDATE CASCADE ON DELETE RESTRICT);
"#;

/// The map for [`PRISMA`].
pub(crate) const PRISMA_MAP: &str = r#"
[buildings]
table = "public.Building"
key = "id"
new_key = "gen_random_uuid()::text"
name = "name"
deleted_at = "deletedAt"
timezone = "Asia/Baku"

[rooms]
table = "public.Room"
key = "id"
new_key = "'room-' || $external_id"
building = "buildingId"
name = "name"
capacity = "capacity"
"#;

/// Django: uuid keys without a default; bigint buildings with identity.
pub(crate) const DJANGO: &str = "
    CREATE TABLE venues_building (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(200) NOT NULL,
        is_active boolean NOT NULL);
    CREATE TABLE venues_room (id uuid PRIMARY KEY, building_id bigint NOT NULL
        REFERENCES venues_building (id) DEFERRABLE INITIALLY DEFERRED, name varchar(200) NOT NULL, capacity smallint,
        UNIQUE (building_id, name) DEFERRABLE);
";

/// The map for [`DJANGO`].
pub(crate) const DJANGO_MAP: &str = r#"
[buildings]
table = "public.venues_building"
key = "id"
name = "name"
active = "is_active"

[rooms]
table = "public.venues_room"
key = "id"
new_key = "gen_random_uuid()"
building = "building_id"
name = "name"
capacity = "capacity"
"#;
