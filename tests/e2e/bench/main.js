// Measures the real app in Chromium and prints the tables of docs/benchmarks.md. Run by `cargo xtask bench`, which builds
// everything and says where it is; progress goes to standard error.
import os from "node:os";
import { measure } from "./app.js";
import { lighthouse, wire } from "./first-load.js";
import { kilobytes, ms, table } from "./numbers.js";

const only = process.env.TENDERO_BENCH_ONLY?.split(",") ?? ["size", "lighthouse", "app"];
const say = (what) => console.error(`· ${what}`);

console.log(
  `Measured ${new Date().toISOString().slice(0, 10)} on ${os.cpus().length} cores (${os.cpus()[0]?.model.trim()}), ` +
    `${process.env.TENDERO_PROFILE ?? "dist"} build, Chromium, relay on the same machine.\n`,
);

if (only.includes("size")) {
  say("first load");
  const files = await wire();
  const sum = files.reduce((total, { bytes }) => total + bytes, 0);
  console.log("### On the wire at a first visit\n");
  console.log(table(["file", "bytes"], [...files.map(({ name, bytes }) => [name, String(bytes)]), [`${files.length} requests`, kilobytes(sum)]]));
  console.log();
}

if (only.includes("lighthouse")) {
  say("Lighthouse, five times");
  const { failed, ...scores } = await lighthouse();
  console.log("### Lighthouse, mobile, median of 5\n");
  const shown = ([name, value]) => [name, ["LCP", "TBT"].includes(name) ? ms(value) : value.toFixed(2)];
  console.log(table(["what", "value"], Object.entries(scores).map(shown)));
  console.log(failed.length > 0 ? `\nNot passed: ${failed.join(", ")}\n` : "");
}

if (only.includes("app")) {
  const files = (process.env.TENDERO_BENCH_FILES ?? "").split("\n").filter(Boolean).map((line) => line.split("="));
  const all = [];
  for (const [count, file] of files) {
    all.push(await measure(Number(count), file, say));
  }
  const index = ({ stored, count }) => ((stored.projection ?? 0) + (stored.projection_log ?? 0)) / count;
  const everything = ({ stored, count }) => Object.values(stored).reduce((a, b) => a + b, 0) / count;
  const rows = [
    ["import, rows a second", (f) => f.rowsPerSecond.toFixed(0)],
    ["import, all", (f) => `${f.importSeconds.toFixed(1)} s`],
    ["longest frame during import", (f) => ms(f.longestFrame)],
    ["everything sent to the relay after import", (f) => `${f.sendSeconds.toFixed(1)} s`],
    ["warm start → usable list, median of 5", (f) => ms(f.warmStart)],
    ["search keystroke, engine p95", (f) => ms(f.searchEngine)],
    ["search keystroke, on screen p95", (f) => ms(f.searchScreen)],
    ["segment with 3 conditions, count, median", (f) => ms(f.segment)],
    ["edit → saved, p95", (f) => ms(f.saved)],
    ["edit → other browser, median", (f) => ms(f.toOther)],
    ["new device → usable list", (f) => `${f.newDeviceUsable.toFixed(1)} s`],
    ["new device → everything", (f) => `${f.newDeviceAll.toFixed(1)} s`],
    ["index on disk, bytes a customer", (f) => index(f).toFixed(0)],
    ["everything on disk, bytes a customer", (f) => everything(f).toFixed(0)],
  ];
  console.log("### By number of customers\n");
  console.log(table(["what", ...all.map(({ count }) => count.toLocaleString("en"))], rows.map(([name, show]) => [name, ...all.map(show)])));
}
