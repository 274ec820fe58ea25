// The real relay as a process: on a free port, with a data directory of its own, killed and started again at will.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const BINARY = process.env.TENDERO_RELAY ?? path.join(ROOT, "target/fast/tendero-relay");
const SITE = process.env.TENDERO_SITE ?? path.join(ROOT, "target/site-faults");

/** How long a start may take, milliseconds. */
const START = 10_000;

export class Relay {
  #child;
  #log = [];
  /** Policy reports that were counted by processes that are gone. */
  #reportsBefore = 0;

  /** Starts a relay with an empty data directory. */
  static async start({ site = SITE } = {}) {
    const relay = new Relay();
    relay.site = site;
    relay.data = await mkdtemp(path.join(tmpdir(), "tendero-relay-"));
    await relay.#launch("127.0.0.1:0");
    return relay;
  }

  /** Starts it again on the same port and data. */
  async restart() {
    await this.#launch(new URL(this.url).host);
  }

  /** Ends it as a power cut would: no chance to write anything. */
  async kill() {
    await this.#rememberReports();
    await this.#end("SIGKILL");
  }

  /** Ends it in good order and removes its data. */
  async close() {
    await this.#end("SIGTERM");
    await rm(this.data, { recursive: true, force: true });
  }

  get isRunning() {
    return this.#child !== undefined;
  }

  /** What it wrote, for a test that failed. */
  get log() {
    return this.#log.join("");
  }

  /** Violations of the content security policy that browsers reported, over all restarts. */
  async reports() {
    return this.#reportsBefore + (this.isRunning ? await this.#reportsNow() : 0);
  }

  async #rememberReports() {
    if (this.isRunning) {
      this.#reportsBefore += await this.#reportsNow();
    }
  }

  async #reportsNow() {
    const answer = await fetch(new URL("/relay/csp-report/count", this.url));
    return Number(await answer.text());
  }

  async #launch(listen) {
    const child = spawn(BINARY, ["--listen", listen, "--data", this.data, "--app", this.site], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stderr.on("data", (chunk) => this.#log.push(chunk.toString()));
    this.url = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the relay did not start:\n${this.log}`)), START);
      let said = "";
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the relay ended with ${code}:\n${this.log}`)));
      child.stdout.on("data", (chunk) => {
        said += chunk;
        this.#log.push(chunk.toString());
        const address = said.match(/Tendero is at (\S+)/);
        if (address) {
          clearTimeout(late);
          resolve(address[1].replace(/\/$/, ""));
        }
      });
    });
    child.removeAllListeners("exit");
  }

  async #end(signal) {
    const child = this.#child;
    this.#child = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "exit");
      child.kill(signal);
      await gone;
    }
  }
}
