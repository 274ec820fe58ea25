// The app on the device: whole builds, checked, replaced only when a person says so.
import { expect, test } from "../support/fixtures.js";
import { becomeBuild, copy, tamper } from "../support/sites.js";

const NEXT = "0123456789abcdef";

/** The builds whose files are all on the device. */
function wholeBuilds(page) {
  return page.evaluate(async () => {
    const whole = [];
    for (const name of await caches.keys()) {
      const build = name.replace("tendero-build-", "");
      if (await (await caches.open(name)).match(`/v/${build}/.whole`)) {
        whole.push(build);
      }
    }
    return whole;
  });
}

function lookForUpdate(page) {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update().catch(() => {});
    const coming = registration.installing;
    if (coming) {
      await new Promise((done) =>
        coming.addEventListener("statechange", () => coming.state !== "installing" && done(), { once: false }),
      );
    }
    return Boolean(registration.waiting);
  });
}

const build = (page) => page.locator("meta[name=build]").getAttribute("content");

test("every address of the app opens without a server", async ({ open, relay }) => {
  const ana = await open("ana");
  await ana.installed();
  await relay.kill();
  for (const path of ["/", "/customers", "/settings", "/join"]) {
    await ana.page.goto(path);
    await ana.ready();
  }
  await relay.restart();
});

test("a new build waits until it is asked for; the old one serves its pages to the end", async ({ open, relay }) => {
  const first = relay.site;
  const next = await copy(first);
  await becomeBuild(next, NEXT);
  const ana = await open("ana");
  await ana.installed();
  await ana.createWorkspace("Casa Pepe", "Ana");
  const old = await build(ana.page);

  await relay.kill();
  relay.site = next.folder;
  await relay.restart();
  expect(await lookForUpdate(ana.page)).toBe(true);
  await ana.page.reload();
  await ana.ready();
  expect(await build(ana.page)).toBe(old);

  // The page offers it; nothing happens before the answer.
  await expect(ana.page.getByText(ana.t("engine.update")).first()).toBeVisible();
  await ana.button(ana.t("common.reload")).click();
  await expect.poll(() => build(ana.page).catch(() => undefined)).toBe(NEXT);
  await ana.ready();
  await ana.inside();
  expect(await wholeBuilds(ana.page)).toContain(NEXT);

  // Opened afresh, with nobody left on the old build, it is let go.
  await ana.page.goto("about:blank");
  await ana.page.goto("/customers");
  await ana.ready();
  await expect.poll(() => wholeBuilds(ana.page)).toEqual([NEXT]);
  await next.remove();
});

test("a file that is not the one that was built is never kept", async ({ open, relay }) => {
  const next = await copy(relay.site);
  await becomeBuild(next, NEXT);
  await tamper(next, "engine_bg.wasm");
  const ana = await open("ana");
  await ana.installed();
  const old = await build(ana.page);
  await relay.kill();
  relay.site = next.folder;
  await relay.restart();
  expect(await lookForUpdate(ana.page)).toBe(false);
  expect(await wholeBuilds(ana.page)).toEqual([old]);
  await ana.page.reload();
  await ana.ready();
  expect(await build(ana.page)).toBe(old);
  await next.remove();
});
