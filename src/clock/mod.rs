//! The visitor's clock: the browser's, or one that stands still where there is no browser.

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod fixed;

#[cfg(target_arch = "wasm32")]
pub use browser::Clock;
#[cfg(not(target_arch = "wasm32"))]
pub use fixed::Clock;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use fixed::zone_offset;

use alentour_model::Date;
use alentour_model::query::Now;

/// The instant and the day it is for the visitor.
pub fn now() -> Now {
    Clock::default().now()
}

/// Seconds that the visitor's clock is ahead of UTC at an instant (UTC seconds).
pub fn offset_at(instant: i64) -> i32 {
    Clock::default().offset_at(instant)
}

/// Noon UTC of a day in milliseconds since 1970: what `Intl` is given to write a day, in UTC.
pub fn noon(date: Date) -> f64 {
    (f64::from(date.days()) + 0.5) * 86_400_000.0
}
