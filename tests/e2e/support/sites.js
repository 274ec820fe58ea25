// Copies of the built app with something about them changed.
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A copy of a built app; `await site.remove()` at the end. */
export async function copy(site) {
  const folder = await mkdtemp(path.join(tmpdir(), "tendero-site-"));
  await cp(site, folder, { recursive: true });
  const [build] = await readdir(path.join(folder, "v"));
  return { folder, build, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Changes one byte of a file of the build, as a careless proxy or an attacker on the way might. */
export async function tamper({ folder, build }, name) {
  const file = path.join(folder, "v", build, name);
  const bytes = await readFile(file);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(file, bytes);
}

/** Turns a copy into another build: another id, and hashes to match. Works on a build without compressed siblings. */
export async function becomeBuild(site, id) {
  const { folder, build } = site;
  await rename(path.join(folder, "v", build), path.join(folder, "v", id));
  const texts = await readdir(folder, { recursive: true });
  const changed = texts.filter((name) => /\.(html|js|webmanifest)$/.test(name) && name !== "sw.js");
  for (const name of changed) {
    const file = path.join(folder, name);
    await writeFile(file, (await readFile(file, "utf8")).replaceAll(build, id));
  }
  const page = path.join(folder, "index.html");
  let html = await readFile(page, "utf8");
  for (const [, address, old] of html.matchAll(/(?:src|href)="([^"]+)"[^>]*integrity="([^"]+)"/g)) {
    const bytes = await readFile(path.join(folder, address));
    html = html.replace(old, `sha256-${createHash("sha256").update(bytes).digest("base64")}`);
  }
  await writeFile(page, html);
  const worker = path.join(folder, "sw.js");
  let script = (await readFile(worker, "utf8")).replaceAll(build, id);
  for (const [entry, address, old] of script.matchAll(/\["([^"]+)","([0-9a-f]{64})"\]/g)) {
    const bytes = await readFile(path.join(folder, address));
    script = script.replace(entry, entry.replace(old, createHash("sha256").update(bytes).digest("hex")));
  }
  await writeFile(worker, script);
  site.build = id;
}
