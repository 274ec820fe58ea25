// What is done to many customers at once, and taken back as one.
import { readFile } from "node:fs/promises";
import { PHONE, expect, test } from "../support/fixtures.js";

const csv = (rows) => ({
  name: "clientes.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(["código;nombre;ciudad", ...rows].join("\n")),
});
const bars = (count) => csv(Array.from({ length: count }, (_, i) => `${i};Bar ${i};Soria`));

for (const [size, viewport] of [["desk", undefined], ["phone", PHONE]]) {
  test(`an import is undone as one, and what somebody wrote since stays: ${size}`, async ({ open }) => {
    const ana = await open("ana", { language: "es", ...(viewport && { viewport }) });
    await ana.createWorkspace("Casa Pepe", "Ana");
    await ana.page.goto("/import");
    await ana.ready();
    await ana.page.locator("input[type=file]").setInputFiles(bars(700));
    await ana.runImport();
    await ana.page.goto("/customers");
    await ana.ready();
    await ana.expectRows(700);
    await ana.search("Bar 42");
    await ana.openCustomer("Bar 42");
    await ana.log("visit", "Pidió tres cajas");
    // Next week, so to say: after a reload, from the list of imports.
    await ana.page.goto("/import");
    await ana.ready();
    await ana.button(ana.t("import.undoNamed", { name: "clientes.csv" })).click();
    await expect(ana.page.getByText(ana.t("many.undoneKept", { n: 1 })).first()).toBeVisible({ timeout: 30_000 });
    await expect(ana.page.getByText(ana.t("import.pastUndone"), { exact: true })).toBeVisible();
    await ana.page.goto("/customers");
    await ana.ready();
    await ana.expectRows(1);
    // The same list comes in again.
    await ana.page.goto("/import");
    await ana.ready();
    await ana.page.locator("input[type=file]").setInputFiles(bars(700));
    await ana.runImport();
    await ana.page.goto("/customers");
    await ana.ready();
    await ana.expectRows(700);
  });
}

test("several customers are tagged, exported and deleted, each as one action", async ({ open }) => {
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.chooseFile(bars(40));
  await ana.runImport();
  await ana.go("customers");
  await ana.expectRows(40);
  const bar = ana.page.getByRole("toolbar", { name: ana.t("many.bar") });
  const box = (name) => ana.page.getByRole("checkbox", { name: ana.t("customers.pick", { name }), exact: true });
  const toast = (text) => ana.page.getByRole("status").getByText(text).first();

  await box("Bar 0").check();
  await box("Bar 1").check();
  await expect(bar.getByText(ana.t("many.picked", { n: 2 }))).toBeVisible();
  await ana.button(ana.t("many.all"), bar).click();
  await box("Bar 1").uncheck();
  await expect(bar.getByText(ana.t("many.picked", { n: 39 }))).toBeVisible();
  await ana.button(ana.t("many.tags"), bar).click();
  const dialog = ana.page.getByRole("dialog", { name: ana.t("many.tagsTitle") });
  const field = dialog.getByRole("combobox");
  await field.fill("ruta norte");
  await field.press("Enter");
  await ana.button(ana.t("many.tagsOn"), dialog).click();
  await expect(toast(ana.t("many.edited", { n: 39 }))).toBeVisible();
  await expect(bar).toBeHidden();
  await expect(ana.row("Bar 0").getByText("ruta norte")).toBeAttached();
  await expect(ana.row("Bar 1").getByText("ruta norte")).toHaveCount(0);

  // By keyboard: the first row, X, and Ctrl-Z afterwards.
  await ana.page.keyboard.press("Home");
  await ana.list().focus();
  await ana.page.keyboard.press("Home");
  await ana.page.keyboard.press("x");
  await expect(bar.getByText(ana.t("many.picked", { n: 1 }))).toBeVisible();
  await ana.button(ana.t("many.delete"), bar).click();
  await expect(toast(ana.t("many.deleted", { n: 1 }))).toBeVisible();
  await ana.expectRows(39);
  await ana.page.keyboard.press("Control+z");
  await ana.expectRows(40);
  await ana.page.keyboard.press("Control+z");
  await expect(ana.row("Bar 0").getByText("ruta norte")).toHaveCount(0);

  // What is found is what is exported: 3, 13, 23 and 30 to 39.
  await ana.search("Bar 3");
  await ana.expectRows(13);
  const coming = ana.page.waitForEvent("download");
  await ana.button(ana.t("common.more"), ana.page.getByRole("region", { name: ana.t("customers.title") })).click();
  await ana.page.getByRole("menuitem", { name: ana.t("many.exportCsv") }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/^customers-\d{4}-\d\d-\d\d\.csv$/);
  const text = await readFile(await download.path(), "utf8");
  expect(text.trim().split("\r\n")).toHaveLength(14);
  expect(text).toContain("Bar 33");
  await expect(toast(ana.t("many.exported", { n: 13 }))).toBeVisible();
});
