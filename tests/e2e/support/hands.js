// The same few movements in Firefox (puppeteer, WebDriver BiDi) and WebKit (WebKitWebDriver): enough for the core journey.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { findByRole } from "./finder.js";

const PATIENCE = 30_000;

/** What both drivers have in common: everything is tried until it works or patience ends. */
class Hand {
  async until(what, attempt) {
    const end = Date.now() + PATIENCE;
    let last;
    while (Date.now() < end) {
      try {
        const result = await attempt();
        if (result) {
          return result;
        }
        last = undefined;
      } catch (error) {
        // An element that was redrawn in between, a page that is just loading: look again.
        last = error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.name}: ${what} did not come in ${PATIENCE / 1000} s${last ? `: ${last.message}` : ""}`);
  }

  async element(role, name) {
    return this.until(`${role} ${name}`, () => this.find(role, name));
  }

  async click(role, name) {
    await this.until(`click on ${role} ${name}`, async () => {
      const element = await this.find(role, name);
      if (!element) {
        return false;
      }
      await this.press(element);
      return true;
    });
  }

  async fill(role, name, text) {
    await this.until(`filling ${role} ${name}`, async () => {
      const element = await this.find(role, name);
      if (!element) {
        return false;
      }
      await this.type(element, text);
      return true;
    });
  }

  /** Waits for the marks on `<html>`: `{ engine: "ready", pending: "0" }`; a value may be a function. */
  async state(wanted) {
    await this.until(`state ${JSON.stringify(wanted)}`, async () => {
      const marks = await this.marks();
      return Object.entries(wanted).every(([mark, value]) =>
        typeof value === "function" ? value(marks[mark]) : marks[mark] === value,
      );
    });
  }

  /** Waits until a text can be seen on the page. */
  async sees(text) {
    await this.until(`text ${text}`, () => this.run((wanted) => document.body.innerText.includes(wanted), text));
  }

  marks() {
    return this.run(() => ({ ...document.documentElement.dataset }));
  }

  /** Waits until the app starts without a network. */
  async whenServiceWorkerHasAll() {
    await this.until("the service worker", () => this.run(() => Boolean(navigator.serviceWorker?.controller)));
  }

  valueOf(element) {
    return this.runWith((field) => field.value, element);
  }
}

/** Name as the finder takes it. */
function nameArguments(name) {
  return name instanceof RegExp ? [name.source, true] : [name ?? null, false];
}

export class Firefox extends Hand {
  name = "Firefox";

  static async open() {
    const { default: puppeteer } = await import("puppeteer-core");
    const hand = new Firefox();
    hand.browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: process.env.TENDERO_FIREFOX ?? "/usr/bin/firefox-esr",
      headless: true,
      extraPrefsFirefox: { "intl.accept_languages": "en-GB" },
    });
    hand.page = await hand.browser.newPage();
    return hand;
  }

  goto(url) {
    return this.page.goto(url, { waitUntil: "domcontentloaded" });
  }

  reload() {
    return this.page.reload({ waitUntil: "domcontentloaded" });
  }

  async find(role, name) {
    const handle = await this.page.evaluateHandle(
      `(${findByRole})(${[role, ...nameArguments(name)].map((value) => JSON.stringify(value)).join(", ")})[0]`,
    );
    return handle.asElement();
  }

  press(element) {
    return element.click();
  }

  async type(element, text) {
    await element.click();
    await element.evaluate((field) => field.select?.());
    await this.page.keyboard.press("Backspace");
    await element.type(text);
  }

  key(name) {
    return this.page.keyboard.press(name);
  }

  async choose(element, file) {
    await element.uploadFile(file);
  }

  fileField() {
    return this.until("a field for files", () => this.page.$("input[type=file]"));
  }

  run(code, ...values) {
    return this.page.evaluate(code, ...values);
  }

  runWith(code, element) {
    return element.evaluate(code);
  }

  close() {
    return this.browser.close();
  }
}

export class WebKit extends Hand {
  name = "WebKit";

  static async open() {
    const { Builder, Capabilities } = await import("selenium-webdriver");
    const hand = new WebKit();
    hand.home = await mkdtemp(path.join(tmpdir(), "tendero-webkit-"));
    const port = await freePort();
    // A screen of its own for a browser that has no headless mode.
    hand.driverProcess = spawn("xvfb-run", ["-a", "WebKitWebDriver", `--port=${port}`], {
      stdio: "ignore",
      detached: true,
      env: { ...process.env, HOME: hand.home, XDG_DATA_HOME: hand.home, XDG_CACHE_HOME: hand.home, LANG: "en_GB.UTF-8" },
    });
    const capabilities = new Capabilities({
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] },
    });
    hand.driver = await retry(() =>
      new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build(),
    );
    await hand.driver.manage().setTimeouts({ script: PATIENCE, pageLoad: PATIENCE });
    return hand;
  }

  goto(url) {
    return this.driver.get(url);
  }

  reload() {
    return this.driver.navigate().refresh();
  }

  find(role, name) {
    return this.driver.executeScript(
      `return (${findByRole})(arguments[0], arguments[1], arguments[2])[0]`,
      role,
      ...nameArguments(name),
    );
  }

  press(element) {
    return element.click();
  }

  async type(element, text) {
    await this.driver.executeScript("arguments[0].focus(); arguments[0].select?.()", element);
    await element.sendKeys(text);
  }

  async key(name) {
    const { Key } = await import("selenium-webdriver");
    const keys = { Enter: Key.ENTER, Escape: Key.ESCAPE, Tab: Key.TAB };
    const focused = await this.driver.switchTo().activeElement();
    await focused.sendKeys(keys[name]);
  }

  async choose(element, file) {
    await element.sendKeys(file);
  }

  fileField() {
    return this.until("a field for files", () =>
      this.driver.executeScript("return document.querySelector('input[type=file]')"),
    );
  }

  runWith(code, element) {
    return this.run(code, element);
  }

  run(code, ...values) {
    return this.driver.executeScript(`return (${code}).apply(null, arguments)`, ...values);
  }

  async close() {
    await this.driver?.quit().catch(() => {});
    try {
      // The whole group: xvfb-run, its screen and the driver.
      process.kill(-this.driverProcess.pid, "SIGTERM");
    } catch {
      // Gone already.
    }
    await rm(this.home, { recursive: true, force: true }).catch(() => {});
  }
}

/** The browser's binary lies where the library of the machine's architecture does. */
function miniBrowser() {
  const browser = "webkit2gtk-4.1/MiniBrowser";
  const folders = readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu"));
  const found = folders.map((name) => path.join("/usr/lib", name, browser)).find((file) => existsSync(file));
  return process.env.TENDERO_WEBKIT ?? found ?? browser;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function retry(attempt) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
