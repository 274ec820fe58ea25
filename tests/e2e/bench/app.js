// The app at a number of customers.
import { openSeller } from "./browser.js";
import { median, quantile } from "./numbers.js";
import { Relay } from "../support/relay.js";

const WARM_STARTS = 5;
const EDITS = 20;
const WORDS = ["bar los", "peluq", "garcia", "600", "calle may", "ultramarinos", "jose", "example.com"];

/** All figures at one size. */
export async function measure(count, file, say) {
  const relay = await Relay.start();
  const ana = await openSeller(relay);
  let luis;
  try {
    const figures = { count };
    await ana.page.goto("/");
    await ana.createWorkspace("Bench", "Ana");

    say(`${count}: import`);
    await ana.chooseFile(file);
    await ana.page.evaluate(() => bench.takeLongestFrame());
    const start = Date.now();
    await ana.runImport({ timeout: 1_800_000 });
    figures.importSeconds = (Date.now() - start) / 1000;
    figures.rowsPerSecond = count / figures.importSeconds;
    figures.longestFrame = await ana.page.evaluate(() => bench.takeLongestFrame());
    await ana.go("customers");
    await ana.expectRows(count);

    say(`${count}: everything to the relay`);
    const sending = Date.now();
    await ana.synced({ timeout: 1_800_000 });
    figures.sendSeconds = (Date.now() - sending) / 1000;

    say(`${count}: warm start`);
    await ana.installed();
    const starts = [];
    for (let i = 0; i < WARM_STARTS; i += 1) {
      await ana.page.goto("about:blank");
      await ana.page.goto("/customers");
      await ana.expectRows(count);
      starts.push(await until(() => ana.page.evaluate(() => bench.usable())));
    }
    figures.warmStart = median(starts);

    say(`${count}: search`);
    await ana.page.evaluate(() => bench.take("window"));
    const drawn = [];
    await ana.searchField().focus();
    for (const word of WORDS) {
      for (let length = 1; length <= word.length; length += 1) {
        drawn.push(await ana.page.evaluate((text) => bench.keystroke(text), word.slice(0, length)));
      }
    }
    await ana.search("");
    const engine = await ana.page.evaluate(() => bench.take("window"));
    figures.searchEngine = quantile(engine, 0.95);
    figures.searchScreen = quantile(drawn, 0.95);

    say(`${count}: segment`);
    await ana.newSegment();
    await ana.addTexts("country", "oneOf", ["España", "México"]);
    await ana.addNumber("orders", "atLeast", 1);
    await ana.page.evaluate(() => bench.take("count"));
    await ana.addNumber("total", "atLeast", 200);
    await ana.state({ engine: "ready" });
    figures.segment = median(await until(() => ana.page.evaluate(() => {
      const counts = bench.take("count");
      return counts.length > 0 ? counts : undefined;
    })));

    say(`${count}: edit`);
    await ana.go("customers");
    const [name] = await ana.names();
    await ana.list().getByRole("link").first().click();
    await ana.page.evaluate(() => bench.take("save"));
    for (let i = 0; i < EDITS; i += 1) {
      await ana.edit("city", `City ${i}`);
    }
    figures.saved = quantile(await ana.page.evaluate(() => bench.take("save")), 0.95);
    figures.stored = await ana.page.evaluate(() => bench.stored());
    await ana.synced({ timeout: 60_000 });

    say(`${count}: new device`);
    const link = await ana.invite();
    luis = await openSeller(relay);
    await luis.page.goto(link);
    await luis.field(luis.t("team.join.name")).fill("Luis");
    const joining = Date.now();
    await luis.button(luis.t("team.join.go")).click();
    // In as soon as it is offered; with few customers it goes in by itself before.
    luis.button(luis.t("team.join.enter")).click({ timeout: 120_000 }).catch(() => {});
    await luis.list().getByRole("gridcell").first().waitFor({ timeout: 120_000 });
    figures.newDeviceUsable = (Date.now() - joining) / 1000;
    await luis.expectRows(count, { timeout: 1_800_000 });
    figures.newDeviceAll = (Date.now() - joining) / 1000;

    say(`${count}: edit to another browser`);
    await luis.search(name);
    await luis.list().getByRole("link").first().click();
    await ana.go("customers");
    await ana.search(name);
    await ana.list().getByRole("link").first().click();
    const ways = [];
    for (let i = 0; i < EDITS; i += 1) {
      const words = `Town ${i} ${count}`;
      const seen = luis.page.evaluate((text) => bench.whenSeen(text), words);
      const label = ana.t("field.city");
      await ana.page.getByRole("button", { name: new RegExp(`^${label}(: .*)?$`) }).first().click();
      await ana.field(label).fill(words);
      const pressed = await ana.field(label).evaluate((field) => {
        const at = Date.now();
        field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        return at;
      });
      ways.push((await seen) - pressed);
    }
    figures.toOther = median(ways);
    return figures;
  } finally {
    await luis?.close();
    await ana.close();
    await relay.close();
  }
}

async function until(read) {
  for (let i = 0; i < 600; i += 1) {
    const value = await read();
    if (value !== undefined) {
      return value;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}
