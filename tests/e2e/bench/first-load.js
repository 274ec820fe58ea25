// What a first visit costs on the wire, and what Lighthouse says about it.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { CHROMIUM, openSeller } from "./browser.js";
import { median } from "./numbers.js";
import { Relay } from "../support/relay.js";

const RUNS = 5;

/** Requests and bytes until the start page stands; the service worker's own copies are left out. */
export async function wire() {
  const relay = await Relay.start();
  const ana = await openSeller(relay);
  try {
    const session = await ana.page.context().newCDPSession(ana.page);
    await session.send("Network.enable");
    const urls = new Map();
    const sizes = new Map();
    session.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, new URL(response.url).pathname));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (urls.has(requestId)) {
        sizes.set(urls.get(requestId), encodedDataLength);
      }
    });
    await ana.page.goto("/");
    await ana.ready();
    await ana.button(ana.t("start.create")).waitFor();
    // The worker's files come over a session of their own.
    const all = await ana.page.evaluate(async () => {
      const build = document.querySelector("meta[name=build]").content;
      await navigator.serviceWorker.ready;
      const cache = await caches.open(`tendero-build-${build}`);
      return (await cache.keys()).map(({ url }) => new URL(url).pathname);
    });
    const engine = all.filter((name) => /engine/.test(name) && !sizes.has(name));
    for (const name of engine) {
      const answer = await fetch(new URL(name, relay.url), { method: "HEAD", headers: { "accept-encoding": "br" } });
      const length = Number(answer.headers.get("content-length"));
      sizes.set(name, length);
    }
    return [...sizes].map(([name, bytes]) => ({ name: path.basename(name) || "/", bytes })).sort((a, b) => b.bytes - a.bytes);
  } finally {
    await ana.close();
    await relay.close();
  }
}

/** Medians of Lighthouse's mobile run. */
export async function lighthouse() {
  const relay = await Relay.start();
  try {
    const runs = [];
    for (let i = 0; i < RUNS; i += 1) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          path.resolve(import.meta.dirname, "../../../node_modules/lighthouse/cli/index.js"),
          `${relay.url}/`,
          "--quiet",
          "--output=json",
          "--no-enable-error-reporting",
          "--only-categories=performance,accessibility,best-practices",
          "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        ],
        { env: { ...process.env, CHROME_PATH: CHROMIUM }, maxBuffer: 64 * 1024 * 1024 },
      );
      const { categories, audits } = JSON.parse(stdout);
      runs.push({
        performance: categories.performance.score,
        accessibility: categories.accessibility.score,
        "best practices": categories["best-practices"].score,
        LCP: audits["largest-contentful-paint"].numericValue,
        TBT: audits["total-blocking-time"].numericValue,
        CLS: audits["cumulative-layout-shift"].numericValue,
        failed: Object.values(audits).filter(({ score, scoreDisplayMode }) => score === 0 && scoreDisplayMode === "binary").map(({ id }) => id),
      });
    }
    const result = { failed: runs[0].failed };
    for (const name of Object.keys(runs[0]).filter((key) => key !== "failed")) {
      result[name] = median(runs.map((run) => run[name]));
    }
    return result;
  } finally {
    await relay.close();
  }
}
