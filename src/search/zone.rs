//! Whose clocks hours are on.

use leptos::prelude::*;

use crate::app::App;
use crate::facts;

/// Whose clocks all the hours of the list are on, where that can be said once.
pub(super) fn zone(app: App) -> Option<String> {
    let (results, catalog) = (app.results.read(), app.catalog.read());
    let hits = results.nearby.iter().chain(&results.elsewhere);
    // A server has not read most of them (`alentour_model::shelf`); one body for both would be 370 bytes more to download.
    #[cfg(not(target_arch = "wasm32"))]
    {
        let hours = hits.filter_map(|hit| catalog.begins(hit)).filter(|(start, _)| !start.all_day);
        facts::shared(hours.map(|(start, zone)| app.locale.zone_at(start, zone)))
    }
    #[cfg(target_arch = "wasm32")]
    {
        let mut sessions = hits.filter_map(|hit| catalog.get(hit.initiative)?.sessions.get(hit.session?));
        facts::shared_zone(app.locale, &mut sessions)
    }
}
