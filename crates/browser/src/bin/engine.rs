//! The worker's module: it starts as soon as it is loaded. Natively there is nothing to run.

fn main() {
    #[cfg(target_arch = "wasm32")]
    tendero_browser::run();
}
