// Run by `cargo xtask test --only e2e` (project chromium) and `--only engines` (Firefox and WebKit), which build the app and
// the relay and say by environment variables where they are.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  // Two cores: a journey is two browsers, a relay and their workers already.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env.CI),
  outputDir: process.env.TENDERO_E2E_OUT ?? "../../target/e2e/out",
  reporter: [["list"], ["json", { outputFile: process.env.TENDERO_RESULTS ?? "../../target/e2e/results.json" }]],
  projects: [
    { name: "chromium", testDir: "journeys" },
    { name: "engines", testDir: "engines" },
  ],
});
