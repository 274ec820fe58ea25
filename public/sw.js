// The service worker: keeps whole builds of the app on the device, so that it starts without a network.
//
// A *build* lies under /v/<build id>/ and its files never change. One cache holds one build. A file enters a cache only
// when its SHA-256 is the one that was written into this script when the app was built; a build counts only when all its
// files are in. Data never pass through here: /relay/ is left to the page, and nothing is cached that the list below does
// not name.
//
// xtask writes the build id and the list.

const BUILD = "{{BUILD}}";

/** All files of this build: address and SHA-256 in hexadecimal digits. */
const FILES = new Map({{PRECACHE}});

const PREFIX = "tendero-build-";
const CACHE = PREFIX + BUILD;
const PAGE = "/index.html";

/** Stands in a cache once the build is whole; its text is the time. Never an address of the app. */
const WHOLE = "/v/" + BUILD + "/.whole";

// --- Coming and going -------------------------------------------------------------------------------------------------

self.addEventListener("install", (event) => event.waitUntil(install()));

self.addEventListener("activate", (event) =>
  // The very first visit has a page already: it gets its files from here from now on.
  event.waitUntil(self.clients.claim()),
);

self.addEventListener("message", (event) => {
  // Only the page knows whether somebody is in the middle of a sentence: it asks when the update banner is answered.
  if (event.data === "skip-waiting" || event.data?.type === "skip-waiting") {
    event.waitUntil(self.skipWaiting());
  }
});

async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all([...FILES].map(([path, hash]) => fetchChecked(cache, path, hash)));
  await cache.put(WHOLE, new Response(String(Date.now())));
}

/** Fetches a file, compares its hash, keeps it. */
async function fetchChecked(cache, path, hash) {
  // What has a fixed address may be an older build's in the browser's own cache.
  const fresh = path.startsWith("/v/") ? "default" : "no-cache";
  const response = await fetch(path, { cache: fresh, credentials: "same-origin" });
  if (!response.ok || response.redirected) {
    throw new Error(`${path}: ${response.status}`);
  }
  const bytes = await response.clone().arrayBuffer();
  if ((await sha256(bytes)) !== hash) {
    throw new Error(`${path} is not the file that was built`);
  }
  await cache.put(path, response);
  return cache.match(path, MATCH);
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- Answering --------------------------------------------------------------------------------------------------------

/** The relay varies by accept-encoding, which the cache has undone already. */
const MATCH = { ignoreVary: true, ignoreSearch: true };

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/relay/")) {
    return;
  }
  if (request.mode === "navigate") {
    if (isView(url.pathname)) {
      event.respondWith(page(request));
      event.waitUntil(forgetUnused(event.resultingClientId));
    }
  } else if (url.pathname.startsWith("/v/")) {
    event.respondWith(versioned(request, url.pathname));
  } else if (FILES.has(url.pathname)) {
    event.respondWith(fixed(request, url.pathname));
  }
});

/** Whether the page draws this address. The same rule as the relay's. */
function isView(path) {
  const isOurs = path === "/v" || path.startsWith("/v/") || path === "/relay" || path.startsWith("/relay/");
  return !isOurs && !path.slice(path.lastIndexOf("/") + 1).includes(".");
}

/** The page of this build; should the browser have dropped it, of the newest build that is whole; else from the relay. */
async function page(request) {
  for (const name of await wholeBuilds()) {
    const cache = await caches.open(name);
    const kept = await cache.match(PAGE, MATCH);
    if (kept) {
      return kept;
    }
  }
  return fetch(request);
}

/** A file of any build that is here, whichever tab still uses it; else from the relay. */
async function versioned(request, path) {
  const build = path.split("/")[2];
  const name = PREFIX + build;
  if (await caches.has(name)) {
    const cache = await caches.open(name);
    const kept = await cache.match(path, MATCH);
    if (kept) {
      return kept;
    }
    if (FILES.has(path)) {
      return fetchChecked(cache, path, FILES.get(path));
    }
  }
  return fetch(request);
}

/** A file with a fixed address, from this build. */
async function fixed(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, MATCH)) ?? fetch(request);
}

/** Names of the caches with whole builds: this script's own first, then the newest. */
async function wholeBuilds() {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) {
      continue;
    }
    const cache = await caches.open(name);
    const whole = await cache.match("/v/" + name.slice(PREFIX.length) + "/.whole");
    if (whole) {
      found.push({ name, time: name === CACHE ? Infinity : Number(await whole.text()) });
    }
  }
  found.sort((a, b) => b.time - a.time);
  return found.map(({ name }) => name);
}

/**
 * Drops other builds when the page that is being opened is the only one: then nobody uses them. A tab that was open
 * during an update keeps its build, since it may have to start its engine again. A build that is still being installed by
 * the next version of this script is not whole and stays.
 */
async function forgetUnused(opening) {
  const clients = await self.clients.matchAll({ includeUncontrolled: true, type: "all" });
  const isAlone = clients.every((client) => client.id === opening);
  const isNext = self.registration.installing ?? self.registration.waiting;
  if (!isAlone || isNext) {
    return;
  }
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) {
      await caches.delete(name);
    }
  }
}
