//! The visitor's clock.

use alentour_model::query::Now;
use alentour_model::{Date, Moment};

/// The instant and the day it is for the visitor.
pub fn now() -> Now {
    let instant = (js_sys::Date::now() / 1000.0) as i64;
    // `getTimezoneOffset` counts minutes west of Greenwich.
    let offset = -js_sys::Date::new_0().get_timezone_offset() as i32 * 60;
    Now { instant, today: Moment { instant, offset }.date() }
}

/// Seconds that the visitor's clock is ahead of UTC at an instant.
pub fn offset_at(instant: i64) -> i32 {
    let date = js_sys::Date::new(&(instant as f64 * 1000.0).into());
    -date.get_timezone_offset() as i32 * 60
}

/// Noon UTC of a day in milliseconds since 1970: what `Intl` is given to write a day, in UTC.
pub fn noon(date: Date) -> f64 {
    (f64::from(date.days()) + 0.5) * 86_400_000.0
}

/// TEMP
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;
impl Clock {
    pub fn now(self) -> Now {
        now()
    }
    pub fn offset_at(self, instant: i64) -> i32 {
        offset_at(instant)
    }
}
