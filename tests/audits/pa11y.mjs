/* Reads [[address, width, "light" or "dark"], …] and writes, for each, {address, title, found}: the page that pa11y had
   before it, and what it finds with both of its runners. */

import { readFileSync } from "node:fs";
import pa11y from "pa11y";
import puppeteer from "puppeteer";

/* CodeSniffer takes the head of a group of rows for a head of columns, down to the end of the table, whatever its scope
   says, and then asks for ids of heads that do not belong to the cell. That every head has its scope is held beside axe. */
const UNSEEN = ["WCAG2AA.Principle1.Guideline1_3.1_3_1.H43.HeadersRequired"];

const asked = JSON.parse(readFileSync(0, "utf-8"));
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
const pages = [];
for (const [address, width, scheme] of asked) {
  const page = await browser.newPage();
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  const options = {
    browser, page, ignoreUrl: false, runners: ["axe", "htmlcs"], standard: "WCAG2AA", timeout: 60000, wait: 600,
    viewport: { width, height: 900 }, ignore: UNSEEN,
    levelCapWhenNeedsReview: "warning", // axe cannot see through gradients and SVG; the palette's contrasts are computed
  };
  const { documentTitle: title, issues, pageUrl } = await pa11y(address, options);
  const found = issues.map(({ code, selector, context }) => `${code} ${selector} ${context}`);
  pages.push({ address: pageUrl, title, found });
  await page.close();
}
await browser.close();
process.stdout.write(JSON.stringify(pages));
