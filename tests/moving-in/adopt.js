// Pulls halls from a file, and adopts the application's tables with a map.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");

const host = process.env.PGHOST;

function feed(capacity) {
  const room = (id, name) => ({ id, name, capacity });
  return { data: [
    { id: 1, name: "BAKI DÖVLƏT UNİVERSİTETİ", address: "Z. Xəlilov 23", rooms: [room(11, "101"), room(12, "102")] },
    { id: 2, name: "Yeni bina", rooms: [room(21, "1")] },
  ] };
}

// The program in a database, in a schema of its own: what it prints.
function examsync(database, code, ...args) {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: `postgres://postgres@${encodeURIComponent(host)}/${database}`,
    DATABASE_SCHEMA: "examsync",
    SYNC_TIMEZONE: "Asia/Baku",
  };
  try {
    const stdout = execFileSync(process.env.EXAMSYNC, args, { env, encoding: "utf8", stdio: "pipe" });
    if (code !== 0) throw new Error(`${args.join(" ")} ended with 0, not ${code}`);
    return stdout;
  } catch (error) {
    if (error.status === code) return error.stdout;
    throw new Error(`${args.join(" ")} ended with ${error.status}: ${error.stderr || error.message}`);
  }
}

// One pass of halls, as it is reported.
function pass(database, capacity) {
  fs.writeFileSync("halls.json", JSON.stringify(feed(capacity)));
  return JSON.parse(examsync(database, 0, "halls", "--from", "halls.json", "--json")).syncs;
}

function adopt(database, map) {
  examsync(database, 0, "migrate");
  pass(database, 30);
  fs.writeFileSync("map.toml", map);
  const look = JSON.parse(examsync(database, 4, "migrate", "--adopt", "--map", "map.toml", "--json"));
  const approve = ["migrate", "--adopt", "--map", "map.toml", "--approve", look.plan, "--json"];
  return JSON.parse(examsync(database, 0, ...approve));
}

module.exports = { adopt, host, pass };
