// What people really choose, paste and open. Each gets a clear sentence and loses nothing.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "../support/fixtures.js";

/** Files to choose, written for the test. */
const filesTest = test.extend({
  file: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), "tendero-files-"));
    await use(async (name, bytes) => {
      const file = path.join(folder, name);
      await writeFile(file, bytes);
      return file;
    });
    await rm(folder, { recursive: true, force: true });
  },
});

const utf16 = (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);

filesTest("files that cannot be read say why, and leave the list as it was", async ({ open, file }) => {
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.newCustomer({ name: "Bar José" });
  for (const [name, bytes, sentence] of [
    ["empty.csv", "", ana.t("fileProblem.empty")],
    ["header.csv", "name,phone\n", ana.t("fileProblem.headerOnly")],
    ["quote.csv", 'name,phone\n"Bar José,600\nCasa Pepe,601\n', ana.t("fileProblem.unclosedQuote", { line: 2 })],
    ["book.xlsx", Buffer.from("PK\x03\x04\x14\x00\x06\x00\x08\x00[Content_Types].xml\x00xl/workbook.xml\x00", "latin1"), ana.t("fileProblem.spreadsheet")],
    ["photo.csv", Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)), ana.t("fileProblem.notText")],
  ]) {
    await ana.chooseFile(await file(name, bytes));
    await expect(ana.page.getByText(sentence).first(), name).toBeVisible();
    await ana.go("customers");
    await ana.expectRows(1);
  }
});

filesTest("a file of 200 MB begins at once, can be stopped, and leaves whole customers", async ({ open, file }) => {
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.newCustomer({ name: "Bar José" });
  const line = (i) => `Comercio ${i},compras${i}@example.com,+34 600 ${String(i).padStart(6, "0")},"${"nota ".repeat(60)}"\n`;
  const part = (from) => Array.from({ length: 10_000 }, (_, i) => line(from + i)).join("");
  const parts = ["name,email,phone,note\n"];
  for (let bytes = 0; bytes < 200 * 2 ** 20; bytes += parts.at(-1).length) {
    parts.push(part((parts.length - 1) * 10_000));
  }
  await ana.chooseFile(await file("everybody.csv", Buffer.from(parts.join(""))));
  await ana.startImport();
  const progress = ana.page.getByRole("progressbar");
  await expect.poll(() => progress.evaluate((bar) => bar.value), { timeout: 60_000 }).toBeGreaterThan(0);
  await ana.button(ana.t("import.stop")).click();
  await expect(ana.heading(ana.t("import.doneCancelled"))).toBeVisible();
  await ana.reload();
  await ana.go("customers");
  await ana.search("Comercio 0");
  await ana.row("Comercio 0").getByRole("link").click();
  await expect(ana.text("compras0@example.com").first()).toBeVisible();
  await ana.go("customers");
  await ana.search("Bar José");
  await ana.expectRows(1);
});

filesTest("other alphabets and files without a header are read as they were meant", async ({ open, file }) => {
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  let rows = 0;
  for (const [name, bytes, customer] of [
    ["latin1.csv", Buffer.from("Nombre;Teléfono;Población\nCafé Ñandú;600112233;Cádiz\n", "latin1"), "Café Ñandú"],
    ["utf16.csv", utf16("name\tphone\tcity\nBodega Íñigo\t600445566\tLeón\n"), "Bodega Íñigo"],
    ["plain.csv", "Taller Peña,taller@example.com,+34 600 77 88 99\nBar Sol,sol@example.com,+34 600 11 22 44\n", "Taller Peña"],
  ]) {
    await ana.chooseFile(await file(name, bytes));
    await ana.runImport();
    rows += name === "plain.csv" ? 2 : 1;
    await ana.go("customers");
    await ana.expectRows(rows);
    await expect(ana.row(customer), name).toBeVisible();
  }
});

test("a wrong invitation is told apart from a server that is away", async ({ open, relay }) => {
  const ana = await open("ana");
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.synced();
  const link = await ana.invite();

  const luis = await open("luis", { path: null });
  // Cut off in the middle, as by a messenger.
  await luis.page.goto(link.slice(0, -12));
  await luis.field(luis.t("team.join.name")).fill("Luis");
  await luis.button(luis.t("team.join.go")).click();
  await expect(luis.page.getByText(luis.t("refusal.linkDamaged")).first()).toBeVisible();

  // The page is there, the server goes before the name is written.
  await luis.page.goto("about:blank");
  await luis.page.goto(link);
  await luis.field(luis.t("team.join.name")).fill("Luis");
  await relay.kill();
  await luis.button(luis.t("team.join.go")).click();
  await expect(luis.page.getByText(luis.t("refusal.relayAway")).first()).toBeVisible({ timeout: 60_000 });
  await relay.restart();
  await luis.button(luis.t("team.join.retry")).click();
  await luis.inside({ timeout: 60_000 });

  // Who has a workspace already keeps it.
  await ana.page.goto("about:blank");
  await ana.page.goto(link);
  await expect(ana.page.getByText(ana.t("team.join.existsTitle")).first()).toBeVisible();
  await ana.page.goto("/customers");
  await ana.inside();
});

for (const [what, start] of [["speaks otherwise", somethingElse], ["only has pages", onlyPages]]) {
  test(`a server that ${what} is named, and work goes on`, async ({ open, relay }) => {
    await noRelay(await open("ana"), relay, start);
  });
}

async function noRelay(ana, relay, start) {
  await ana.createWorkspace("Casa Pepe", "Ana");
  await ana.newCustomer({ name: "Bar José" });
  await ana.synced();
  await ana.installed();
  await relay.kill();
  const other = await start(new URL(relay.url));
  try {
    await ana.page.goto("/customers");
    await ana.ready();
    await ana.state({ sync: "trouble" }, { timeout: 60_000 });
    await expect(ana.page.getByText(ana.t("syncTrouble.notARelay")).first()).toBeAttached();
    await ana.newCustomer({ name: "Bar Sol" });
    await ana.go("customers");
    await ana.expectRows(2);
  } finally {
    await other.close();
    await relay.restart();
  }
  await ana.synced({ timeout: 90_000 });
}

/** A web server as there are many: a page at every address, and no WebSocket. */
async function onlyPages({ hostname, port }) {
  const server = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>It works!"));
  await new Promise((listening) => server.listen(Number(port), hostname, listening));
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A server that takes WebSockets and says something else over them. */
async function somethingElse({ hostname, port }) {
  const sockets = new Set();
  const server = createServer((_, response) => response.writeHead(404).end());
  server.on("upgrade", (request, socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    // RFC 6455, sections 4.2.2 and 5.2: the handshake, then one frame of text.
    const key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.write(Buffer.concat([Buffer.from([0x81, 5]), Buffer.from("hello")]));
  });
  await new Promise((listening) => server.listen(Number(port), hostname, listening));
  return {
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
