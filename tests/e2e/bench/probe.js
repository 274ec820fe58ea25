// Runs inside the page before the app does: times what passes between page and engine, and what gets drawn.
//
// The messages' first bytes (crates/messages/src/transport.rs): version, then the variant, then for questions the number as
// a LEB128 integer and the question's variant.

export function probe() {
  const ASK = 1, DO = 2, ANSWER = 2, DONE = 3;
  const KINDS = ["window", "position", "customer", "count", "segments", "facets", "members"];
  const asked = new Map();
  let done;
  const times = { window: [], position: [], customer: [], count: [], segments: [], facets: [], members: [], save: [] };

  function number(bytes, at) {
    let value = 0;
    for (let shift = 0; ; shift += 7, at += 1) {
      value |= (bytes[at] & 127) << shift;
      if (bytes[at] < 128) {
        return [value, at + 1];
      }
    }
  }

  const post = Worker.prototype.postMessage;
  const heard = new WeakSet();
  Worker.prototype.postMessage = function (letter, ...rest) {
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener("message", ({ data }) => {
        const now = performance.now();
        if (data?.[1] === ANSWER) {
          const [id] = number(data, 2);
          const question = asked.get(id);
          asked.delete(id);
          if (question) {
            times[question.kind]?.push(now - question.at);
          }
        } else if (data?.[1] === DONE && done !== undefined) {
          times.save.push(now - done);
          done = undefined;
        }
      });
    }
    const { bytes } = letter ?? {};
    if (bytes?.[1] === ASK) {
      const [id, at] = number(bytes, 2);
      asked.set(id, { kind: KINDS[bytes[at]], at: performance.now() });
    } else if (bytes?.[1] === DO) {
      done = performance.now();
    }
    return post.call(this, letter, ...rest);
  };

  // The first row with words in it: the list can be used.
  let usable;
  new MutationObserver((_, observer) => {
    if (document.querySelector("[role=grid] [role=row] [role=gridcell] a")) {
      observer.disconnect();
      // Drawn with the frame after next at the latest.
      requestAnimationFrame(() => (usable = performance.now()));
    }
  }).observe(document, { childList: true, subtree: true });

  // Frames that came late while something long was going on.
  let longest = 0;
  let last = performance.now();
  (function frame(now) {
    longest = Math.max(longest, now - last);
    last = now;
    requestAnimationFrame(frame);
  })(last);

  globalThis.bench = {
    /** Milliseconds from the start of the page to a usable list; undefined until then. */
    usable: () => usable,
    /** Times of a kind since they were taken last. */
    take: (kind) => times[kind].splice(0),
    /** The longest time between two frames since it was taken last. */
    takeLongestFrame: () => {
      const was = longest;
      longest = 0;
      return was;
    },
    /** Types a letter into the focused field and resolves with the time until other rows have been drawn. */
    keystroke: (text) =>
      new Promise((resolve) => {
        const field = document.activeElement;
        const rows = document.querySelector("[role=grid]");
        const start = performance.now();
        const observer = new MutationObserver(() => {
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - start));
        });
        observer.observe(rows, { childList: true, subtree: true, characterData: true, attributes: true });
        setTimeout(() => (observer.disconnect(), resolve(undefined)), 2000);
        field.value = text;
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }),
    /** Resolves with the time on the wall when a text stands on the page. */
    whenSeen: (text) =>
      new Promise((resolve) => {
        const look = () => document.body.innerText.includes(text) && (observer.disconnect(), resolve(Date.now()));
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        look();
      }),
    /** Bytes of all values in the browser's database, by object store. */
    stored: async () => {
      const bytes = {};
      for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((resolve, reject) => {
          const request = indexedDB.open(name);
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        for (const store of database.objectStoreNames) {
          await new Promise((resolve) => {
            const cursor = database.transaction(store).objectStore(store).openCursor();
            cursor.onsuccess = () => {
              if (!cursor.result) {
                return resolve();
              }
              bytes[store] = (bytes[store] ?? 0) + (cursor.result.value.byteLength ?? 0);
              cursor.result.continue();
            };
          });
        }
        database.close();
      }
      return bytes;
    },
  };
}
