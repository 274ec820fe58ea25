// The main job, from an empty browser to two devices that agree.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "../support/fixtures.js";

const CUSTOMERS = process.env.TENDERO_CUSTOMERS;
const MANY = process.env.TENDERO_MANY_CUSTOMERS;
const SHARED = process.env.TENDERO_SHARED_DATA ?? path.resolve(import.meta.dirname, "../../../../shared/data");

/** Customers in a generated file, by its name; some of its cells have several lines. */
function rowsOf(file) {
  return Number(path.basename(file).match(/\d+/)[0]);
}

test("two names and a click make a workspace, a name makes a customer", async ({ open }) => {
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.newCustomer({ name: "Bar José", phone: "+34 600 11 22 33", city: "Málaga" });
  await ana.expectRows(1);
  await ana.synced();
  await ana.reload();
  await expect(ana.row("Bar José")).toBeVisible();
});

test("a list is imported, found without accents, edited and told what happened", async ({ open }) => {
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.chooseFile(CUSTOMERS);
  await ana.runImport();
  const rows = rowsOf(CUSTOMERS);
  await ana.go("customers");
  await ana.expectRows(rows);

  // Parts of a name without its accents; the list follows while one types.
  await ana.search("peluqueria la espanola");
  await expect(ana.row("Peluquería La Española")).toBeVisible();
  await ana.search("");
  await ana.sortBy("total");
  const totals = ana.list().getByRole("columnheader", { name: ana.t("column.total") });
  await expect(totals).toHaveAttribute("aria-sort", "descending");
  await ana.search("peluqueria la espanola");

  await ana.openCustomer("Peluquería La Española");
  await ana.edit("phone", "+34 600 99 88 77");
  await ana.addTag("fiel");
  await ana.log("visit", "Pidió tres cajas");
  await ana.synced();
  await ana.reload();
  await expect(ana.value("phone", "+34 600 99 88 77")).toBeVisible();
  await expect(ana.text("Pidió tres cajas").first()).toBeVisible();
  await expect(ana.tag("fiel")).toBeVisible();

  // The same file again makes nobody twice.
  await ana.chooseFile(CUSTOMERS);
  await ana.runImport();
  await ana.go("customers");
  await ana.search("");
  await ana.expectRows(rows);
});

test("real invoices become customers with their purchases", async ({ open }) => {
  const file = path.join(SHARED, "online_retail/online_retail_invoices.csv");
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    console.log(`SKIPPED: ${path.relative(process.cwd(), file)} is not on this machine`);
    test.skip();
  }
  const lines = text.trimEnd().split("\n").slice(1).map((line) => line.split(","));
  const customers = new Set(lines.map(([id]) => id));
  const ana = await open("ana");
  await ana.createWorkspace("Online Retail", "Ana");
  await ana.chooseFile(file);
  await ana.runImport({ timeout: 240_000 });
  await ana.go("customers");
  await ana.expectRows(customers.size);

  // One of them in full: number of purchases and their sum.
  const mine = lines.filter(([id]) => id === "17850");
  await ana.search("17850");
  await expect(ana.row("17850").getByRole("gridcell").filter({ hasText: new RegExp(`^${mine.length}$`) })).toBeVisible();
});

test("two devices work apart, offline and without a server, and agree when it is back", async ({ open, relay }) => {
  test.setTimeout(300_000);
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.chooseFile(CUSTOMERS);
  await ana.runImport();
  await ana.newSegment();
  await ana.addTexts("country", "oneOf", ["España", "México"]);
  await ana.addNumber("orders", "atLeast", 1);
  await expect.poll(() => ana.segmentCount()).toBeGreaterThan(0);
  const count = await ana.segmentCount();
  await ana.saveSegment("Compradores");
  await ana.synced();

  // Another browser profile follows the link and has the same.
  const link = await ana.invite();
  const luis = await open("luis", { path: null });
  await luis.join(link, "Luis");
  expect(new URL(luis.page.url()).hash, "the secret is out of the address").toBe("");
  await luis.caughtUpWith(ana);
  const rows = rowsOf(CUSTOMERS);
  await luis.expectRows(rows, { timeout: 60_000 });
  await ana.go("customers");
  expect(await luis.names()).toEqual(await ana.names());
  await luis.go("segments");
  const segment = luis.page.getByRole("link").filter({ hasText: "Compradores" });
  await expect(segment).toContainText(luis.t("segment.members", { n: count }));

  // No server, no network; both start again from what is on the device.
  const both = [ana, luis];
  await Promise.all(both.map((seller) => seller.installed()));
  await relay.kill();
  await Promise.all(both.map((seller) => seller.page.context().setOffline(true)));
  for (const seller of both) {
    await seller.reload();
    await seller.go("customers");
    await seller.expectRows(rows);
    await seller.search("peluqueria la espanola");
    await seller.openCustomer("Peluquería La Española");
  }
  await ana.edit("city", "Sevilla");
  await luis.edit("phone", "+34 611 00 00 00");
  await ana.edit("person", "Carmen");
  await luis.edit("person", "Rocío");
  await ana.newCustomer({ name: "Ultramarinos Ana" });
  await luis.newCustomer({ name: "Bodega Luis" });
  for (const seller of both) {
    await seller.state({ sync: /offline|connecting/, pending: /^[1-9]/ });
  }

  // Back, as after a power cut.
  await relay.restart();
  await Promise.all(both.map((seller) => seller.page.context().setOffline(false)));
  await ana.caughtUpWith(luis);
  await luis.caughtUpWith(ana);
  for (const seller of both) {
    await seller.go("customers");
    await seller.search("");
    await seller.expectRows(rows + 2);
    await seller.search("peluqueria la espanola");
    await seller.openCustomer("Peluquería La Española");
    await expect(seller.value("city", "Sevilla")).toBeVisible();
    await expect(seller.value("phone", "+34 611 00 00 00")).toBeVisible();
    // Nobody's word was lost: both stand there, with who wrote them.
    const conflict = seller.conflict("person");
    for (const word of ["Carmen", "Rocío", "Ana", "Luis"]) {
      await expect(conflict).toContainText(word);
    }
  }
  await ana.button(ana.t("conflict.keep", { value: "Rocío" }), ana.conflict("person")).click();
  await expect(ana.conflict("person")).toBeHidden();
  await expect(luis.conflict("person")).toBeHidden();
  for (const seller of both) {
    await expect(seller.value("person", "Rocío")).toBeVisible();
  }
});

test("a workspace of thousands opens at once", async ({ open }) => {
  test.setTimeout(300_000);
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.chooseFile(MANY);
  await ana.runImport({ timeout: 240_000 });
  await ana.synced({ timeout: 120_000 });
  const rows = rowsOf(MANY);
  await ana.go("customers");
  await ana.reload();
  await ana.expectRows(rows);
  await ana.list().press("End");
  await expect(ana.list().locator(`[aria-rowindex="${rows + 1}"]`)).toBeVisible();
});
