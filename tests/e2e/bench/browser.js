// Chromium with a profile of its own, measured from before the app runs.
import { chromium } from "@playwright/test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Seller } from "../support/seller.js";
import { words } from "../support/words.js";
import { probe } from "./probe.js";

export const CHROMIUM = process.env.TENDERO_CHROMIUM ?? "/usr/bin/chromium";

export async function openSeller(relay) {
  const profile = await mkdtemp(path.join(tmpdir(), "tendero-bench-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    baseURL: relay.url,
    locale: "en-GB",
    viewport: { width: 1280, height: 800 },
  });
  await context.addInitScript(probe);
  const page = context.pages()[0] ?? (await context.newPage());
  const seller = new Seller(page, words("en"), relay);
  seller.close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return seller;
}
