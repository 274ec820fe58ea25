// Runs before everything else, while the page is being read: takes an invitation's secret out of the address, sets colours
// and language before the first paint, guards the sinks of the page, then starts the app or says why it cannot.
"use strict";
{
  const BUILD = "{{BUILD}}";

  // --- An invitation's secret ---------------------------------------------------------------------------------------
  // It stands behind `#join=` and must not get into the browser's history, a screenshot or a bookmark.

  let invitation = "";
  if (location.hash.startsWith("#join=")) {
    invitation = location.hash.slice("#join=".length);
    history.replaceState(history.state, "", "/join");
  }

  // --- Colours and language -----------------------------------------------------------------------------------------

  const kept = (name) => {
    try {
      return localStorage.getItem(name) ?? "";
    } catch {
      return ""; // The browser refuses storage: settings last as long as the page.
    }
  };
  const root = document.documentElement;
  const isSpanish = (kept("tendero.language") || navigator.language || "").toLowerCase().startsWith("es");
  root.lang = isSpanish ? "es" : "en";
  const theme = kept("tendero.theme");
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
  }

  // --- Trusted Types ------------------------------------------------------------------------------------------------
  // Leptos fills templates with its own markup; nothing that a person or a file wrote ever gets there. Should it happen
  // all the same, it does not run.

  const WORKER = `/v/${BUILD}/engine-worker.js`;
  const SERVICE_WORKER = "/sw.js";
  const FORBIDDEN = /<\s*\/?\s*(script|iframe|object|embed|base|link|meta)\b|[\s"'/]on[a-z]+\s*=|javascript:/i;

  if (window.trustedTypes?.createPolicy) {
    trustedTypes.createPolicy("default", {
      createScriptURL(address) {
        const { origin, pathname, search, hash } = new URL(address, location.href);
        const isOurs = origin === location.origin && search === "" && hash === "";
        return isOurs && (pathname === WORKER || pathname === SERVICE_WORKER) ? address : null;
      },
      createHTML(markup) {
        return FORBIDDEN.test(markup) ? null : markup;
      },
    });
  }

  // --- What this browser lacks --------------------------------------------------------------------------------------

  /** The reason why the app cannot run here, as the key of a text below; empty if it can. */
  function obstacle() {
    if (!window.isSecureContext) {
      return "insecure";
    }
    const has = window.WebAssembly && crypto?.subtle && navigator.serviceWorker && navigator.locks && window.indexedDB;
    return has ? "" : "old";
  }

  const TEXTS = {
    en: {
      insecure: [
        "This address is not secure",
        `The browser keeps a device's storage and keys closed to pages that come by plain http from another machine. Tendero needs
        them: without them it could save nothing.`,
        "What to do: ask whoever runs the server for its https address (tendero-relay --tls-cert … --tls-key …), and open that. On the machine where the server runs, http://localhost works, too.",
      ],
      old: [
        "This browser cannot run Tendero",
        "It lacks WebAssembly, service workers, locks or storage. A private window may be the reason, or a browser that is some years old.",
        "What to do: open this address in a normal window of a current Chrome, Edge, Firefox or Safari.",
      ],
      failed: [
        "Tendero could not be loaded",
        "A part of it did not arrive. What was saved on this device is still here.",
        "What to do: check the connection and load the page again.",
      ],
      stopped: [
        "Tendero has stopped",
        "It met a bug. What was saved on this device is still here; only what was not saved yet is gone.",
        "What to do: load the page again. If it happens again at the same place, tell whoever runs your server.",
      ],
    },
    es: {
      insecure: [
        "Esta dirección no es segura",
        `El navegador no abre el almacenamiento ni las claves del dispositivo a páginas que llegan por http desde otra máquina. Tendero
        los necesita: sin ellos no podría guardar nada.`,
        "Qué hacer: pide a quien lleva el servidor su dirección https (tendero-relay --tls-cert … --tls-key …) y abre esa. En la máquina del servidor también vale http://localhost.",
      ],
      old: [
        "Este navegador no puede con Tendero",
        "Le falta WebAssembly, service workers, bloqueos o almacenamiento. Puede ser por una ventana privada o por un navegador de hace años.",
        "Qué hacer: abre esta dirección en una ventana normal de un Chrome, Edge, Firefox o Safari actual.",
      ],
      failed: [
        "No se ha podido cargar Tendero",
        "Una parte no ha llegado. Lo guardado en este dispositivo sigue aquí.",
        "Qué hacer: comprueba la conexión y vuelve a cargar la página.",
      ],
      stopped: [
        "Tendero se ha parado",
        "Ha topado con un fallo. Lo guardado en este dispositivo sigue aquí; solo se pierde lo que no se había guardado.",
        "Qué hacer: vuelve a cargar la página. Si pasa otra vez en el mismo sitio, avisa a quien lleva tu servidor.",
      ],
    },
  };

  const RELOAD = { en: "Load again", es: "Volver a cargar" };

  /** In place of the app: the person's language first, then the other. */
  function explain(reason) {
    const page = document.createElement("main");
    page.id = "plain";
    for (const language of isSpanish ? ["es", "en"] : ["en", "es"]) {
      const part = page.appendChild(document.createElement("section"));
      part.className = "plain-page";
      part.lang = language;
      const [title, ...paragraphs] = TEXTS[language][reason];
      part.appendChild(document.createElement(page.childElementCount === 1 ? "h1" : "h2")).textContent = title;
      for (const text of paragraphs) {
        part.appendChild(document.createElement("p")).textContent = text;
      }
      if (reason === "failed" || reason === "stopped") {
        const again = part.appendChild(document.createElement("button"));
        again.className = "button primary";
        again.textContent = RELOAD[language];
        again.addEventListener("click", () => location.reload());
      }
    }
    document.getElementById("shell")?.remove();
    document.querySelector(".app")?.remove();
    document.body.append(page);
    root.dataset.engine = "failed";
  }

  // --- The service worker -------------------------------------------------------------------------------------------

  let registration;

  const announce = () => {
    // Without a controller this is the first visit, and no update.
    if (registration?.waiting && navigator.serviceWorker.controller) {
      dispatchEvent(new Event("tendero-update"));
    }
  };

  async function keepOffline() {
    try {
      registration = await navigator.serviceWorker.register(SERVICE_WORKER, { updateViaCache: "none" });
    } catch (error) {
      console.warn("without the service worker the app starts only with a connection", error);
      return;
    }
    if (!registration) {
      return; // Some browsers turn service workers off without saying so.
    }
    announce();
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", announce);
    });
    // A seller leaves the app open for days.
    setInterval(() => navigator.onLine && registration.update().catch(() => {}), 3_600_000);
  }

  // --- What the app asks for (src/state/boot.rs) --------------------------------------------------------------------

  window.tendero = Object.freeze({
    takeInvitation() {
      const taken = invitation;
      invitation = "";
      return taken;
    },
    update() {
      const waiting = registration?.waiting;
      if (!waiting) {
        location.reload();
        return;
      }
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage("skip-waiting");
    },
  });

  // --- Start --------------------------------------------------------------------------------------------------------

  const reason = obstacle();
  const whenRead = (run) =>
    document.readyState === "loading" ? addEventListener("DOMContentLoaded", run, { once: true }) : run();

  /** A module that has trapped draws nothing any more: whatever is on the screen no longer answers. */
  const isTrap = (error) => error instanceof WebAssembly.RuntimeError;

  if (reason) {
    whenRead(() => explain(reason));
  } else {
    whenRead(async () => {
      try {
        const app = await import(`/v/${BUILD}/app.js`);
        await app.default({ module_or_path: `/v/${BUILD}/app_bg.wasm` });
        // What was waiting before the app listened.
        announce();
      } catch (error) {
        console.error(error);
        explain(isTrap(error) ? "stopped" : "failed");
      }
    });
    addEventListener("error", ({ error }) => isTrap(error) && explain("stopped"));
    addEventListener("unhandledrejection", (event) => isTrap(event.reason) && explain("stopped"));
    addEventListener("load", keepOffline, { once: true });
  }
}
