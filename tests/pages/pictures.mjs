// Makes the pictures of README out of two pages that states.py wrote, with the packages of package.json.
//
// node pictures.mjs FOLDER OUT: OUT/morning.png and OUT/dashboard.png.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const [folder, out] = process.argv.slice(2).map((argument) => path.resolve(argument));
const browser = await launch();
for (const [name, picture] of [["day-moved", "morning"], ["dashboard-moved", "dashboard"]]) {
  const page = await browser.newPage({ colorScheme: "light", viewport: { width: 520, height: 760 } });
  await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
  await page.screenshot({ path: path.join(out, `${picture}.png`) });
}
await browser.close();
