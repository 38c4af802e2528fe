//! The browser's clock.

use alentour_model::Moment;
use alentour_model::query::Now;

/// The browser's clock: it goes on, and every one of them shows the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock(());

impl Clock {
    /// The instant and the day it is for the visitor.
    pub fn now(self) -> Now {
        let instant = (js_sys::Date::now() / 1000.0) as i64;
        // `getTimezoneOffset` counts minutes west of Greenwich.
        let offset = -js_sys::Date::new_0().get_timezone_offset() as i32 * 60;
        Now { instant, today: Moment { instant, offset }.date() }
    }

    /// Whether what is written by it is read later: in a browser it is read now.
    pub fn is_for_later(self) -> bool {
        false
    }

    /// Seconds that the visitor's clock is ahead of UTC at an instant (UTC seconds).
    pub fn offset_at(self, instant: i64) -> i32 {
        let date = js_sys::Date::new(&(instant as f64 * 1000.0).into());
        -date.get_timezone_offset() as i32 * 60
    }
}
