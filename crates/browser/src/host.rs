//! The browser's clock and randomness.

use js_sys::Date;
use tendero_engine::Host;
use tendero_vault::Random;
use wasm_bindgen::UnwrapThrowExt as _;
use web_sys::{Crypto, Performance, WorkerGlobalScope};

/// The most bytes `getRandomValues` gives at once (Web Cryptography API, section 10.1.1).
const RANDOM_AT_ONCE: usize = 65_536;

/// What a worker can ask its browser for.
#[derive(Debug)]
pub(crate) struct WorkerHost {
    crypto: Crypto,
    performance: Performance,
}

impl WorkerHost {
    /// `None` where the browser has no cryptography or no steady clock.
    pub(crate) fn new(scope: &WorkerGlobalScope) -> Option<Self> {
        Some(Self {
            crypto: scope.crypto().ok()?,
            performance: scope.performance()?,
        })
    }
}

impl Random for WorkerHost {
    fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(RANDOM_AT_ONCE) {
            // It fails for too many bytes only. Should it do so all the same, keys must not be made of zeros.
            (self.crypto.get_random_values_with_u8_array(part))
                .expect_throw("the browser gave no random bytes");
        }
    }
}

impl Host for WorkerHost {
    fn now_ms(&self) -> u64 {
        // A time before 1970 becomes 0.
        Date::now() as u64
    }

    fn steady_ms(&self) -> f64 {
        self.performance.now()
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn any_number_of_random_bytes_is_to_be_had() {
        let mut host = WorkerHost::new(&js_sys::global().unchecked_into()).unwrap();
        for length in [0, 1, RANDOM_AT_ONCE, RANDOM_AT_ONCE * 2 + 32] {
            let mut bytes = vec![0; length];
            host.fill(&mut bytes);
            // 16 zeros in a row come by chance once in 2^128.
            assert!(
                bytes.chunks_exact(16).all(|part| part != [0; 16]),
                "{length}"
            );
        }
    }

    #[wasm_bindgen_test]
    fn clocks_run() {
        let host = WorkerHost::new(&js_sys::global().unchecked_into()).unwrap();
        assert!(host.now_ms() > 1_700_000_000_000);
        let before = host.steady_ms();
        assert!(host.steady_ms() >= before);
    }
}
