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

/// Noon UTC of a day in milliseconds since 1970: what `Intl` is given to write a day, in UTC.
pub fn noon(date: Date) -> f64 {
    (f64::from(date.days()) + 0.5) * 86_400_000.0
}
