// How recently, often and for how much customers bought: from a file of purchases to a group one can work with.
import { expect, test } from "../support/fixtures.js";

const DAY = 24 * 60 * 60 * 1000;

/** Twenty buyers: the higher the number, the more recently, often and for more. */
function purchases() {
  const rows = ["customer id,invoice,date,amount"];
  for (let customer = 1; customer <= 20; customer++) {
    for (let order = 0; order < customer; order++) {
      const day = new Date(Date.now() - ((20 - customer) * 30 + order + 1) * DAY).toISOString().slice(0, 10);
      rows.push(`C${customer},F${customer}-${order},${day},${(customer * 10).toFixed(2)}`);
    }
  }
  return { name: "purchases.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) };
}

test("buyers stand in groups, and a group is a list that can be kept", async ({ open }) => {
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.newCustomer({ name: "Bar José" });
  await ana.go("insights");
  await expect(ana.heading(ana.t("insights.noneTitle"))).toBeVisible();
  await ana.chooseFile(purchases());
  await ana.runImport();
  expect(await ana.reported("created")).toBe(20);
  await ana.go("insights");
  await expect(ana.page.getByText(ana.t("insights.lead", { n: 20 }))).toBeVisible();
  await expect(ana.page.getByRole("button", { name: ana.t("insights.group.champions") })).toContainText(ana.t("insights.customers", { n: 4 }));
  // The best fifth of each: customers 17 to 20.
  const corner = ana.page.getByRole("button", { name: new RegExp(`^${ana.t("insights.cell", { r: 5, f: 5 })}: `) });
  await expect(corner).toHaveText("4");
  await ana.page.getByRole("button", { name: ana.t("insights.group.champions") }).click();
  await expect.poll(() => ana.segmentCount()).toBe(4);
  await expect(ana.field(ana.t("segment.name"))).toHaveValue(ana.t("insights.group.champions"));
  await ana.button(ana.t("segment.save")).click();
  await ana.go("segments");
  await expect(ana.page.getByRole("link", { name: new RegExp(ana.t("insights.group.champions")) })).toBeVisible();
});
