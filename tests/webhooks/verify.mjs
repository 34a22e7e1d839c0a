// Verifies a captured request with the library of npm: `node verify.mjs SECRET < request.json`, where that holds headers and body.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { headers, body } = JSON.parse(readFileSync(0, "utf8"));
const event = new Webhook(process.argv[2]).verify(body, headers);
let refused = false;
try {
  new Webhook(process.argv[2]).verify(body + " ", headers);
} catch {
  refused = true;
}
if (!refused) throw new Error("a longer body was taken");
console.log(event.type, event.data.length);
