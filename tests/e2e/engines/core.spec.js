// The core journey in the two other engines: create, import, edit, start again without a server, sync.
import path from "node:path";
import { expect, test } from "@playwright/test";
import { Firefox, WebKit } from "../support/hands.js";
import { Relay } from "../support/relay.js";
import { words } from "../support/words.js";

const CUSTOMERS = process.env.TENDERO_CUSTOMERS;
const t = words("en");

for (const Browser of [Firefox, WebKit]) {
  test(`create, import, edit, start without a server, sync: ${Browser.name}`, async ({}, info) => {
    test.setTimeout(300_000);
    const relay = await Relay.start();
    const opened = [];
    const open = async () => {
      const hand = await Browser.open();
      opened.push(hand);
      return hand;
    };
    try {
      const rows = Number(path.basename(CUSTOMERS).match(/\d+/)[0]);
      const ana = await open();
      await ana.goto(relay.url);
      await ana.state({ engine: "ready" });
      await speakEnglish(ana);
      await ana.fill("textbox", t("start.workspace"), "Casa Pepe");
      await ana.fill("textbox", t("start.me"), "Ana");
      await ana.click("button", t("start.create"));
      await ana.element("heading", t("customers.title"));

      await ana.click("link", t("nav.import"));
      await ana.choose(await ana.fileField(), CUSTOMERS);
      await ana.click("button", new RegExp(`${t("import.start").source}|${t("import.startAbout").source}`));
      await ana.element("button", t("import.another"));
      await ana.click("link", t("nav.customers"));
      await rowsAre(ana, rows);
      await ana.state({ sync: "synced", pending: "0" });

      // Start again with nobody to ask, and write.
      await ana.whenServiceWorkerHasAll();
      await relay.kill();
      await ana.reload();
      await ana.state({ engine: "ready" });
      await rowsAre(ana, rows);
      await newCustomer(ana, "Bar sin Red");
      await rowsAre(ana, rows + 1);
      const name = t("field.name");
      await ana.click("button", `${name}: Bar sin Red`);
      await ana.fill("textbox", name, "Bar Zarzaquemada");
      await ana.key("Enter");
      await ana.element("button", `${name}: Bar Zarzaquemada`);
      await ana.state({ pending: (count) => Number(count) > 0 });
      await relay.restart();
      await ana.state({ sync: "synced", pending: "0" });

      // Somebody else has it all.
      await ana.click("link", t("nav.team"));
      await ana.click("button", t("team.invite"));
      const field = await ana.element("textbox", t("team.link"));
      const link = await ana.valueOf(field);
      const luis = await open();
      await luis.goto(link);
      await luis.state({ engine: "ready" });
      await luis.fill("textbox", t("team.join.name"), "Luis");
      await luis.click("button", t("team.join.go"));
      await rowsAre(luis, rows + 1);
      await luis.fill("searchbox", t("customers.search"), "zarzaquemada");
      await rowsAre(luis, 1);
      await luis.sees("Bar Zarzaquemada");
      expect(await relay.reports(), "violations of the content security policy").toBe(0);
    } catch (error) {
      await info.attach("relay.log", { body: relay.log, contentType: "text/plain" });
      throw error;
    } finally {
      for (const hand of opened) {
        await hand.close();
      }
      await relay.close();
    }
  });
}

/** The list as a whole has so many rows, its heads not counted. */
async function rowsAre(hand, rows) {
  await hand.until(`${rows} rows`, () =>
    hand.run((count) => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") === String(count + 1), rows),
  );
}

async function newCustomer(hand, name) {
  await hand.click("button", t("customers.new"));
  await hand.fill("textbox", t("field.name"), name);
  await hand.click("button", t("newCustomer.save"));
  await hand.sees(name);
}

/** These browsers come in the machine's language. */
async function speakEnglish(hand) {
  const { lang } = await hand.run(() => ({ lang: document.documentElement.lang }));
  expect(lang, "the browser's language").toBe("en");
}
