// A relay, and browsers of several people. Whatever a journey does: at its end no policy was violated and no page died.
import { test as base, expect, chromium } from "@playwright/test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Relay } from "./relay.js";
import { Seller } from "./seller.js";
import { words } from "./words.js";

export { expect };

const CHROMIUM = process.env.TENDERO_CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

export const test = base.extend({
  /** The relay of this test. */
  relay: async ({}, use, info) => {
    const relay = await Relay.start();
    relay.expectedReports = 0;
    await use(relay);
    if (info.status !== info.expectedStatus) {
      await info.attach("relay.log", { body: relay.log, contentType: "text/plain" });
    }
    const reports = await relay.reports();
    await relay.close();
    expect(reports, "violations of the content security policy").toBe(relay.expectedReports);
  },

  /**
   * Opens the app in a browser profile of its own: `const ana = await open("ana", { language: "es" })`. Options:
   * `language`, `scheme` (light, dark), `viewport`, `path` (where to go first; `null` for nowhere), `errors` (`true` if the
   * page is meant to meet errors).
   */
  open: async ({ relay }, use, info) => {
    const opened = [];
    await use(async (name, options = {}) => {
      const { language = "en", scheme = "light", viewport = DESKTOP, path: first = "/", errors = false } = options;
      const profile = await mkdtemp(path.join(tmpdir(), `tendero-${name}-`));
      const context = await launch(profile, { language, scheme, viewport, relay });
      const page = context.pages()[0] ?? (await context.newPage());
      const said = [];
      const failed = [];
      page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => failed.push(String(error)));
      opened.push({ name, profile, context, said, failed: errors ? [] : failed });
      const seller = new Seller(page, words(language), relay);
      if (first !== null) {
        await page.goto(first);
      }
      return seller;
    });
    for (const { name, profile, context, said, failed } of opened) {
      if (info.status !== info.expectedStatus) {
        await info.attach(`${name}.console`, { body: said.join("\n"), contentType: "text/plain" });
        for (const [number, page] of context.pages().entries()) {
          const picture = await page.screenshot().catch(() => undefined);
          if (picture) {
            await info.attach(`${name}-${number}.png`, { body: picture, contentType: "image/png" });
          }
        }
      }
      await context.close();
      await rm(profile, { recursive: true, force: true });
      expect(failed, `errors on the page of ${name}`).toEqual([]);
    }
  },
});

function launch(profile, { language, scheme, viewport, relay }) {
  return chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ARGUMENTS,
    baseURL: relay.url,
    locale: language === "es" ? "es-ES" : "en-GB",
    timezoneId: "Europe/Madrid",
    colorScheme: scheme,
    viewport,
    hasTouch: viewport.width < 700,
    acceptDownloads: true,
  });
}
