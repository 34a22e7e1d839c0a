// Sequelize with `alter: true`: after the adoption it loses nothing, and passes go on.
const assert = require("node:assert/strict");
const { DataTypes, Sequelize } = require("sequelize");
const { adopt, host, pass } = require("./adopt.js");

const MAP = `
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
`;

async function main() {
  const sequelize = new Sequelize("sequelize", "postgres", "", { dialect: "postgres", host, logging: false });
  const Building = sequelize.define("Building", {
    fullName: { type: DataTypes.STRING, allowNull: false }, isActive: { type: DataTypes.BOOLEAN, defaultValue: true },
  });
  const Room = sequelize.define("Room", {
    name: { type: DataTypes.STRING, allowNull: false }, seats: DataTypes.INTEGER, externalId: { type: DataTypes.INTEGER, unique: "external" },
  });
  Building.hasMany(Room, { foreignKey: "buildingId" });
  Room.belongsTo(Building, { foreignKey: "buildingId" });
  await sequelize.sync();
  const building = await Building.create({ fullName: "Bakı Dövlət Universiteti" });
  const room = await Room.create({ name: "101", buildingId: building.id });
  // Of examsync: read, and never synchronized.
  const reader = new Sequelize("sequelize", "postgres", "", { dialect: "postgres", host, logging: false });
  const Pulled = reader.define("Pulled", { id: { type: DataTypes.BIGINT, primaryKey: true }, capacity: DataTypes.INTEGER },
    { schema: "examsync", tableName: "rooms", timestamps: false });

  const adopted = adopt("sequelize", MAP);
  assert.deepEqual([adopted.linked.buildings, adopted.linked.rooms], [1, 1]);
  const rows = async () => (await Room.findAll({ include: Building, order: [["externalId", "ASC"]] }))
    .map((found) => `${found.Building.fullName}|${found.name}|${found.seats}|${found.externalId}`);
  const before = await rows();
  assert.deepEqual(before, [
    "BAKI DÖVLƏT UNİVERSİTETİ|101|30|11", "BAKI DÖVLƏT UNİVERSİTETİ|102|30|12", "Yeni bina|1|30|21",
  ]);
  await sequelize.sync({ alter: true });
  assert.deepEqual(await rows(), before);
  assert.deepEqual((await Pulled.findAll()).map((pulled) => pulled.capacity), [30, 30, 30]);

  const [halls, rooms] = pass("sequelize", 40);
  assert.deepEqual([halls.projected, rooms.projected, halls.warnings], [
    { created: 0, updated: 0, left_out: 0 }, { created: 0, updated: 3, left_out: 0 }, [],
  ]);
  assert.equal((await Room.findByPk(room.id)).seats, 40);
  await sequelize.close();
  await reader.close();
  console.log("sequelize 6: alter loses nothing, and passes go on");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
