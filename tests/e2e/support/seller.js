// A person at the app. Finds everything by role and by the name that the locale file gives it, waits for what can be seen or
// for the marks on <html>, never for time.
import { expect } from "@playwright/test";

export class Seller {
  constructor(page, t, relay) {
    this.page = page;
    this.t = t;
    this.relay = relay;
  }

  // --- Waiting --------------------------------------------------------------------------------------------------------

  /** Waits for marks on `<html>`: `{ engine: "ready", sync: "synced", pending: 0 }`. */
  async state(marks, options) {
    for (const [mark, value] of Object.entries(marks)) {
      await expect(this.page.locator("html")).toHaveAttribute(
        `data-${mark}`,
        value instanceof RegExp ? value : String(value),
        options,
      );
    }
  }

  ready() {
    return this.state({ engine: "ready" });
  }

  /** Everything this device did is on the relay. */
  synced(options = { timeout: 60_000 }) {
    return this.state({ sync: "synced", pending: 0 }, options);
  }

  /** The number up to which the relay's log was read. */
  async seq() {
    return Number(await this.page.locator("html").getAttribute("data-seq"));
  }

  /** Waits until this device has read as far as the other has. */
  async caughtUpWith(other) {
    await other.synced();
    const seq = await other.seq();
    await expect.poll(() => this.seq(), { timeout: 60_000 }).toBeGreaterThanOrEqual(seq);
  }

  /** Waits until the app's files are on the device, so that it starts without a network. */
  async installed() {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (!navigator.serviceWorker.controller) {
        await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
      }
    });
  }

  // --- Getting around -------------------------------------------------------------------------------------------------

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  async go(place) {
    await this.page
      .getByRole("navigation", { name: this.t("nav.main") })
      .getByRole("link", { name: this.t(`nav.${place}`), exact: true })
      .click();
  }

  button(name, within = this.page) {
    return within.getByRole("button", { name, exact: true });
  }

  field(name, within = this.page) {
    return within.getByRole("textbox", { name, exact: true });
  }

  heading(name) {
    return this.page.getByRole("heading", { name, exact: true });
  }

  text(text) {
    return this.page.getByText(text, { exact: true });
  }

  // --- A workspace ----------------------------------------------------------------------------------------------------

  async createWorkspace(name, me) {
    await this.field(this.t("start.workspace")).fill(name);
    await this.field(this.t("start.me")).fill(me);
    await this.button(this.t("start.create")).click();
    await this.inside();
  }

  /** Makes an invitation; returns its link. */
  async invite() {
    await this.go("team");
    await this.button(this.t("team.invite")).click();
    const link = this.page.getByRole("textbox", { name: this.t("team.link"), exact: true });
    await expect(link).toHaveValue(/^http/);
    return link.inputValue();
  }

  /** Follows an invitation's link. */
  async join(link, me) {
    await this.page.goto(link);
    await this.field(this.t("team.join.name")).fill(me);
    await this.button(this.t("team.join.go")).click();
    // It goes in by itself once everything is here.
    await this.inside({ timeout: 60_000 });
  }

  /** Waits until the customers are on the screen, or the words that stand there when there are none. */
  async inside(options) {
    await expect(this.heading(this.t("customers.title"))).toBeVisible(options);
  }

  // --- The list -------------------------------------------------------------------------------------------------------

  list() {
    return this.page.getByRole("grid", { name: this.t("customers.list"), exact: true });
  }

  /** Number of rows of the list as a whole, not only those drawn. */
  async expectRows(count, options) {
    // The row of heads counts, too.
    await expect(this.list()).toHaveAttribute("aria-rowcount", String(count + 1), options);
  }

  row(name) {
    return this.list().getByRole("row").filter({ hasText: name }).first();
  }

  /** Names on the screen, from the top. */
  async names() {
    return this.list().getByRole("link").allInnerTexts();
  }

  searchField() {
    return this.page.getByRole("searchbox", { name: this.t("customers.search"), exact: true });
  }

  async search(words) {
    await this.searchField().fill(words);
  }

  async sortBy(column) {
    await this.list().getByRole("columnheader").getByRole("button", { name: this.t(`column.${column}`), exact: true }).click();
  }

  // --- A customer -----------------------------------------------------------------------------------------------------

  /** A new customer; `fields` by their keys, `name` first. */
  async newCustomer({ name, ...fields }) {
    await this.button(this.t("customers.new")).first().click();
    const dialog = this.page.getByRole("dialog", { name: this.t("newCustomer.title") });
    await this.field(this.t("field.name"), dialog).fill(name);
    if (Object.keys(fields).length > 0) {
      const more = dialog.getByText(this.t("newCustomer.more"), { exact: true });
      if (await more.isVisible()) {
        await more.click();
      }
    }
    for (const [field, value] of Object.entries(fields)) {
      await this.field(this.t(`field.${field}`), dialog).fill(value);
    }
    await this.button(this.t("newCustomer.save"), dialog).click();
    await expect(dialog).toBeHidden();
    await expect(this.record(name)).toBeVisible();
  }

  /** Opens a customer from the list. */
  async openCustomer(name) {
    await this.row(name).getByRole("link").first().click();
    await expect(this.record(name)).toBeVisible();
  }

  record(name) {
    return this.page.getByRole("article", { name: this.t("record.label", { name }), exact: true });
  }

  /** The value of a field as it stands. */
  value(field, value) {
    return this.page.getByRole("button", { name: `${this.t(`field.${field}`)}: ${value}`, exact: true });
  }

  /** Writes a field where it stands. */
  async edit(field, value) {
    const label = this.t(`field.${field}`);
    await this.page
      .getByRole("button", { name: new RegExp(`^${label}(: .*)?$`) })
      .first()
      .click();
    const input = this.field(label);
    await input.fill(value);
    await input.press("Enter");
    await expect(this.value(field, value)).toBeVisible();
  }

  async addTag(tag) {
    const field = this.page.getByRole("combobox", { name: this.t("record.addTag"), exact: true });
    await field.fill(tag);
    await field.press("Enter");
    await expect(this.tag(tag)).toBeVisible();
  }

  /** A tag on the customer that is open, by the button that takes it off. */
  tag(tag) {
    return this.button(this.t("common.removeNamed", { name: tag }));
  }

  /** Writes down what happened: a note, visit, call or task. */
  async log(kind, text) {
    const composer = this.field(this.t("composer.label"));
    await this.button(this.t(`kind.${kind}`)).click();
    await composer.fill(text);
    await composer.press("Enter");
    await expect(this.page.getByText(text, { exact: true }).first()).toBeVisible();
  }

  /** The box that shows two values of a field. */
  conflict(field) {
    return this.page.getByRole("region", {
      name: this.t("conflict.title", { field: this.t(`field.${field}`) }),
      exact: true,
    });
  }

  // --- Import ---------------------------------------------------------------------------------------------------------

  /** Chooses a file; the mapping is shown afterwards. */
  async chooseFile(file) {
    await this.go("import");
    const fields = this.page.locator("input[type=file]");
    const another = this.button(this.t("import.another"));
    // The report of the last import stands there until one goes on.
    await expect(fields.or(another).first()).toBeAttached();
    if (await another.isVisible()) {
      await another.click();
    }
    await fields.setInputFiles(file);
  }

  /** Begins the import of the file that was chosen and waits for its report. */
  async startImport() {
    await this.button(new RegExp(`${this.t("import.start").source}|${this.t("import.startAbout").source}`)).click();
  }

  async runImport(options = { timeout: 120_000 }) {
    await this.startImport();
    await expect(this.button(this.t("import.another"))).toBeVisible(options);
  }

  /** A number of the report: created, updated, unchanged, orders, refused. */
  async reported(what) {
    const term = this.page.getByRole("term").filter({ hasText: this.t(`import.${what}`) });
    const text = await term.locator("xpath=following-sibling::dd[1]").or(term.locator("xpath=../dd")).first().innerText();
    return Number(text.replace(/\D/g, ""));
  }

  // --- Segments -------------------------------------------------------------------------------------------------------

  async newSegment() {
    await this.go("segments");
    await this.startSegment();
  }

  /** From the list of segments: a new one. */
  async startSegment() {
    const name = this.t("segment.new");
    await this.button(name).or(this.page.getByRole("link", { name, exact: true })).first().click();
    await expect(this.field(this.t("segment.name"))).toBeVisible();
  }

  /** Adds a condition on places or tags: `addTexts("country", "oneOf", ["Spain"])`. */
  async addTexts(property, test, values) {
    const line = await this.addLine(property, test);
    const opener = line.getByRole("button", { name: new RegExp(`^${this.t(`segment.property.${property}`)}: `) });
    const sheet = this.page.getByRole("dialog", { name: new RegExp(`^${this.t(`segment.property.${property}`)}: `) });
    // A new condition opens its list by itself, in the next frame.
    await expect(opener).toBeVisible();
    await expect(sheet.or(opener).first()).toBeVisible();
    if ((await opener.getAttribute("aria-expanded")) !== "true") {
      await opener.click({ trial: true });
      if ((await opener.getAttribute("aria-expanded")) !== "true") {
        await opener.click();
      }
    }
    for (const value of values) {
      await this.field(this.t("segment.find"), sheet).fill(value);
      await this.field(this.t("segment.find"), sheet).press("Enter");
    }
    await this.page.keyboard.press("Escape");
  }

  /** Adds a condition on a number or amount. */
  async addNumber(property, test, value) {
    const line = await this.addLine(property, test);
    await this.field(this.t("segment.value"), line).fill(String(value));
  }

  async addLine(property, test) {
    const name = this.t("segment.addCondition");
    await this.button(name).click();
    await this.button(this.t(`segment.property.${property}`), this.page.getByRole("dialog", { name, exact: true })).click();
    const line = this.page.getByRole("group", { name: new RegExp(`^${this.t("segment.conditionNumber", { n: "\\d+" })}: `) }).last();
    const how = line.getByRole("combobox", { name: this.t("segment.how"), exact: true });
    const wanted = this.t(`segment.test.${test}`);
    if ((await how.locator("option:checked").innerText()) !== wanted) {
      await how.selectOption({ label: wanted });
    }
    return line;
  }

  /** How many belong to the segment that is open. */
  async segmentCount() {
    const result = this.page.getByRole("region", { name: this.t("segment.result") });
    const text = await result.getByRole("status").first().innerText();
    return Number(text.match(/[\d.,]+/)?.[0].replace(/\D/g, ""));
  }

  async saveSegment(name) {
    await this.field(this.t("segment.name")).fill(name);
    await this.button(this.t("segment.save")).click();
    await expect(this.page.getByText(this.t("segment.saved", { name }))).toBeVisible();
  }

  // --- Faults ---------------------------------------------------------------------------------------------------------

  /** Makes the engine fail, in builds for tests: trap, abort, hang, quota, slow, healthy. */
  fault(name) {
    return this.page.evaluate((fault) => globalThis.__tenderoFault(fault), name);
  }
}
