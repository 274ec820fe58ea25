//! New identifiers: the time and ten bytes from the browser's random source.

use tendero_domain::{ActionId, CustomerId, EntryId, SegmentId};

/// An identifier that can be made on this device.
pub trait Made {
    /// From milliseconds and random bytes.
    fn made(now_ms: u64, random: [u8; 10]) -> Self;
}

macro_rules! made {
    ($($id:ident),+) => {$(
        impl Made for $id {
            fn made(now_ms: u64, random: [u8; 10]) -> Self {
                Self::make(now_ms, random)
            }
        }
    )+};
}
made!(ActionId, CustomerId, EntryId, SegmentId);

/// A new identifier: `let id: CustomerId = make_id();`.
#[must_use]
pub fn make_id<T: Made>() -> T {
    let mut random = [0; 10];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    // The page does not start without WebCrypto (boot.js), and ten bytes are never too many for it.
    if let Some(crypto) = crypto {
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    T::made(js_sys::Date::now() as u64, random)
}
