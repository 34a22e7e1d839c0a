// TypeORM with `synchronize`: after the adoption it plans no statement, and loses nothing.
require("reflect-metadata");
const assert = require("node:assert/strict");
const { DataSource, EntitySchema } = require("typeorm");
const { adopt, host, pass } = require("./adopt.js");

const Building = new EntitySchema({
  name: "Building",
  tableName: "buildings",
  columns: {
    id: { type: "uuid", primary: true, generated: "uuid" },
    name: { type: "varchar", length: 255, unique: true },
    address: { type: "varchar", nullable: true },
    active: { type: "boolean", default: true },
    createdAt: { type: "timestamp", createDate: true },
  },
});
const Room = new EntitySchema({
  name: "Room",
  tableName: "rooms",
  columns: {
    id: { type: "uuid", primary: true, generated: "uuid" },
    number: { type: "varchar", length: 50 },
    capacity: { type: "int", default: 0 },
    active: { type: "boolean", default: true },
    kind: { type: "enum", enum: ["lecture", "lab"], default: "lecture" },
  },
  relations: {
    building: { type: "many-to-one", target: "Building", joinColumn: { name: "building_id" }, nullable: true, onDelete: "CASCADE" },
  },
  uniques: [{ columns: ["building", "number"] }],
});
const Assignment = new EntitySchema({
  name: "Assignment",
  tableName: "assignments",
  columns: { id: { type: "int", primary: true, generated: true } },
  relations: { room: { type: "many-to-one", target: "Room", joinColumn: { name: "room_id" }, onDelete: "CASCADE" } },
});
// Of examsync: read, and never synchronized.
const Pulled = new EntitySchema({
  name: "Pulled",
  tableName: "rooms",
  schema: "examsync",
  synchronize: false,
  columns: { id: { type: "bigint", primary: true }, external_id: { type: "bigint" }, capacity: { type: "int" } },
});

const MAP = `
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
capacity = "capacity"
active = "active"
on_insert = { number = "$name" }
`;

async function planned(source) {
  const log = await source.driver.createSchemaBuilder().log();
  return log.upQueries.map((query) => query.query);
}

async function main() {
  const source = new DataSource({
    type: "postgres", host, username: "postgres", database: "typeorm", synchronize: true,
    entities: [Building, Room, Assignment, Pulled],
  });
  await source.initialize();
  const building = await source.getRepository(Building).save({ name: "Bakı Dövlət Universiteti", address: "Z. Xəlilov, 23" });
  const room = await source.getRepository(Room).save({ number: "101", building });
  await source.getRepository(Assignment).save({ room });
  assert.deepEqual(await planned(source), []);

  const adopted = adopt("typeorm", MAP);
  assert.deepEqual([adopted.linked.buildings, adopted.linked.rooms], [1, 1]);
  const rows = () => source.query(
    `SELECT b.name, r.number, r.capacity, l.external_id FROM rooms r JOIN buildings b ON b.id = r.building_id
     JOIN examsync.adoption_links l ON l.local_key = r.id::text ORDER BY l.external_id`);
  const before = await rows();
  assert.deepEqual(before.map((row) => `${row.name}|${row.number}|${row.capacity}`), [
    "BAKI DÖVLƏT UNİVERSİTETİ|101|30", "BAKI DÖVLƏT UNİVERSİTETİ|102|30", "Yeni bina|1|30",
  ]);

  assert.deepEqual(await planned(source), []);
  await source.synchronize();
  assert.deepEqual(await rows(), before);
  assert.equal(await source.getRepository(Assignment).count({ where: { room: { id: room.id } } }), 1);
  assert.deepEqual((await source.getRepository(Pulled).find({ order: { external_id: "ASC" } })).map((pulled) => pulled.capacity), [30, 30, 30]);

  const [halls, rooms] = pass("typeorm", 40);
  assert.deepEqual([halls.projected, rooms.projected], [
    { created: 0, updated: 0, left_out: 0 }, { created: 0, updated: 3, left_out: 0 },
  ]);
  assert.equal((await source.getRepository(Room).findOneBy({ id: room.id })).capacity, 40);
  await source.destroy();
  console.log("typeorm 0.3.27: synchronize plans nothing, and nothing is lost");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
