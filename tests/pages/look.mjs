// Looks at pages in Chromium, in light and dark, as wide as a phone and as a desk: no axe violation, nothing wider than the
// window, what to act on in the first screen, the page of a date on one sheet of paper.
//
// node look.mjs FOLDER: every FOLDER/*.html; screenshots and PDFs are left beside the pages.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = path.resolve(process.argv[2]);
const pages = fs.readdirSync(folder).filter((name) => name.endsWith(".html"));
if (pages.length === 0) throw new Error(`there are no pages in ${folder}`);
const browser = await launch();
const found = [];
for (const name of pages) {
  const stem = path.join(folder, name.replace(/\.html$/, ""));
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[390, 844], [1280, 900]]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height } });
      const page = await context.newPage();
      const say = (what) => found.push(`${name}, ${colorScheme}, ${width} pixels: ${what}`);
      page.on("pageerror", (error) => say(error.message));
      await page.goto(pathToFileURL(path.join(folder, name)).href);
      await page.screenshot({ path: `${stem}-${colorScheme}-${width}.png` });
      // What is folded is looked at, too.
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => axe.run());
      violations.forEach((violation) => say(`${violation.id}: ${violation.help}: ${violation.nodes[0].html}`));
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) say("it scrolls sideways");
      const first = page.locator(".banner ol.actions li").first();
      if (await first.count() > 0 && (await first.boundingBox()).y > height * 0.75) say("the first problem is below the first screen");
      if (colorScheme === "light" && width === 1280 && name.startsWith("day-")) {
        const pdf = await page.pdf({ path: `${stem}.pdf`, preferCSSPageSize: true });
        const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length;
        if (sheets !== 1) say(`printed it is ${sheets} sheets`);
      }
      await context.close();
    }
  }
}
await browser.close();
found.forEach((line) => console.error(line));
console.log(`${pages.length} pages: ${found.length} findings`);
process.exit(found.length === 0 ? 0 : 1);
