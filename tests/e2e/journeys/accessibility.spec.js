// axe-core on every route, in both languages, light and dark, on a desk and on a phone: no violation at all.
import { DESKTOP, PHONE, expect, test } from "../support/fixtures.js";
import { violations } from "../support/axe.js";

const CASES = [];
for (const language of ["en", "es"]) {
  for (const scheme of ["light", "dark"]) {
    for (const [size, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
      CASES.push({ language, scheme, size, viewport });
    }
  }
}

for (const { language, scheme, size, viewport } of CASES) {
  test(`every place can be used by everybody: ${language}, ${scheme}, ${size}`, async ({ open }) => {
    const ana = await open("ana", { language, scheme, viewport });
    const found = [];
    const check = async (place) => {
      // Movement on appearance would be measured half-way.
      await ana.page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))));
      found.push(...(await violations(ana.page)).map((line) => `${place}: ${line}`));
      const isWide = await ana.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (isWide) {
        found.push(`${place}: scrolls sideways`);
      }
    };

    await ana.ready();
    await expect(ana.button(ana.t("start.create"))).toBeVisible();
    await check("start");
    await ana.page.goto("/join");
    await ana.ready();
    await check("join");
    await ana.page.goto("/");
    await ana.createWorkspace("Casa Pepe", "Ana");
    await check("customers, none yet");
    await ana.newCustomer({ name: "Bar José", city: "Málaga" });
    await ana.addTag("fiel");
    await ana.log("visit", "Pidió tres cajas");
    await check("customer");
    const customer = new URL(ana.page.url()).pathname;
    for (const place of ["/customers", "/customers/deleted", "/segments", "/insights", "/import", "/team", "/settings", "/nowhere"]) {
      await ana.page.goto(place);
      await ana.ready();
      await expect(ana.page.getByRole("heading").first()).toBeVisible();
      await check(place);
    }

    // What only stands there while something is being done.
    await ana.page.goto("/import");
    await ana.ready();
    await ana.page.locator("input[type=file]").setInputFiles({
      name: "list.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("Nombre;Correo;Última compra;Importe\nCafé Sol;sol@example.com;25/11/2026;12,50\nBar Luna;;;\n"),
    });
    await expect(ana.heading(ana.t("import.columnsTitle"))).toBeVisible();
    await check("import, columns");
    await ana.runImport();
    await check("import, report");
    await ana.button(ana.t("import.another")).click();
    await expect(ana.heading(ana.t("import.past"))).toBeVisible();
    await check("import, earlier ones");
    await ana.page.goto("/customers");
    await ana.ready();
    await ana.button(ana.t("common.more")).first().click();
    await ana.page.getByRole("menuitem", { name: ana.t("many.choose") }).click();
    await ana.button(ana.t("many.all")).click();
    await check("customers, picked");
    await ana.button(ana.t("many.tags")).click();
    await check("customers, tags for several");
    await ana.page.keyboard.press("Escape");
    await ana.page.goto("/insights");
    await ana.ready();
    await ana.page.getByText(ana.t("insights.how"), { exact: true }).click();
    await check("insights");
    await ana.page.goto("/segments");
    await ana.ready();
    await ana.startSegment();
    await ana.addTexts("city", "oneOf", ["Málaga"]);
    await ana.addNumber("orders", "atLeast", 1);
    await check("segment being built");
    await ana.page.goto("/team");
    await ana.ready();
    await ana.button(ana.t("team.invite")).click();
    await expect(ana.field(ana.t("team.link"))).toBeVisible();
    await check("invitation");
    await ana.page.goto(customer);
    await ana.ready();
    await ana.page.keyboard.press("n");
    await expect(ana.page.getByRole("dialog")).toBeVisible();
    await check("new customer");
    expect(found).toEqual([]);
  });
}
