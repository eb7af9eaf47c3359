// Report pages in a real browser: axe-core finds no fault, nothing is fetched, nothing overflows, the policy lets the page's
// own script run and nothing else. Not part of `cargo test`, since it takes a browser:
//
//   npm install --prefix axe axe-core playwright-core
//   NODE_PATH=axe/node_modules node benches/report_page.mjs RUN_FOLDER... [CHROMIUM]
//
// Ends with 1 where something is wrong.
import { createRequire } from "node:module";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const given = process.argv.slice(2).map((path) => resolve(path));
const folders = given.filter((path) => statSync(path).isDirectory());
const browser = await chromium.launch({
  executablePath: given.find((path) => !statSync(path).isDirectory()) ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
let wrong = 0;
for (const folder of folders)
  for (const name of ["report.html", "report.en.html"])
    for (const colorScheme of ["light", "dark"])
      for (const width of [1280, 390]) {
        const page = `file://${folder}/${name}`;
        const faults = [];
        // Once as it is, once without the policy so that axe may run inside.
        for (const bypassCSP of [false, true]) {
          const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP });
          const tab = await context.newPage();
          tab.on("console", (message) => faults.push(`console: ${message.text()}`));
          tab.on("pageerror", (error) => faults.push(`error: ${error}`));
          tab.on("request", (request) => request.url() !== page && faults.push(`request: ${request.url()}`));
          await tab.goto(page);
          await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
          const facts = await tab.evaluate(() => ({
            overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            sortable: document.querySelectorAll("table[data-sort]").length,
            buttons: document.querySelectorAll("thead button").length,
          }));
          if (facts.overflow > 0) faults.push(`wider than the screen by ${facts.overflow}`);
          if (facts.sortable > 0 && facts.buttons === 0) faults.push("its own script did not run");
          if (bypassCSP) {
            await tab.evaluate(axe);
            const { violations } = await tab.evaluate(() => window.axe.run(document));
            faults.push(...violations.map((one) => `${one.id}: ${one.help} (${one.nodes.length})`));
          } else if (facts.buttons > 0) {
            const button = tab.locator("thead button").first();
            await button.focus();
            await tab.keyboard.press("Enter");
            if ((await tab.locator("[aria-sort=descending]").count()) !== 1) faults.push("sorting by keyboard failed");
          }
          await context.close();
        }
        wrong += faults.length;
        console.log(`${folder}/${name} ${colorScheme} ${width}: ${faults.length === 0 ? "ok" : faults.join("; ")}`);
      }
await browser.close();
process.exit(wrong > 0 || folders.length === 0 ? 1 : 0);
