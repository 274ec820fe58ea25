// What the relay promises with every answer, and that the browser holds the page to it.
import { expect, test } from "../support/fixtures.js";

test("every answer carries the policy", async ({ relay }) => {
  for (const path of ["/", "/customers", "/sw.js", "/nothing.js", "/relay/health", "/relay/csp-report/count"]) {
    const { headers } = await fetch(new URL(path, relay.url));
    const policy = headers.get("content-security-policy");
    for (const part of [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      expect(policy, path).toContain(part);
    }
    expect(policy, path).not.toContain("unsafe-inline");
    expect(policy, path).not.toMatch(/'unsafe-eval'/);
    const exact = {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    };
    for (const [name, value] of Object.entries(exact)) {
      expect(headers.get(name), `${path} ${name}`).toBe(value);
    }
    expect(headers.get("permissions-policy"), path).toContain("payment=()");
  }
});

test("what lies under a build id is kept for ever, all else is asked for anew", async ({ relay }) => {
  const page = await fetch(relay.url);
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const [script] = (await page.text()).match(/\/v\/[0-9a-f]{16}\/[\w.-]+\.js/);
  const answer = await fetch(new URL(script, relay.url));
  expect(answer.headers.get("cache-control")).toContain("immutable");
});

test("a script that does not belong here does not run, data do not leave, and both are reported", async ({ open, relay }) => {
  const { page } = await open("ana");
  const refused = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.append("globalThis.injected = true");
    document.head.append(script);
    const refusals = [];
    try {
      new Worker("/sw-other.js");
    } catch (error) {
      refusals.push(error.name);
    }
    await fetch("https://example.org/").catch((error) => refusals.push(error.name));
    return refusals;
  });
  expect(refused).toEqual(["TypeError", "TypeError"]);
  expect(await page.evaluate(() => globalThis.injected)).toBeUndefined();
  await expect.poll(() => relay.reports()).toBeGreaterThan(1);
  relay.expectedReports = await relay.reports();
});
