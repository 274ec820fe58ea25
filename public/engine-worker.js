// The worker's module: starts the engine. A static import from a plain address needs no Trusted Types sink.
import init from "./engine.js";

// A promise that fails in here is a bug like any other, and the page would not hear of it: tell it, so that it replaces us.
addEventListener("unhandledrejection", (event) => reportError(event.reason));

await init({ module_or_path: new URL("./engine_bg.wasm", import.meta.url) });
