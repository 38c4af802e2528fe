//! The widget: what is near, found and joined on any association's page.
//!
//! The views run in two places. In a browser the loader (`embed/`) puts `<alentour-widget>` on the page, fetches this
//! application, and calls `mount`. Elsewhere [`render`] makes the same views as a plain tree.

pub mod app;
#[cfg(target_arch = "wasm32")]
mod browser;
mod calendar;
pub mod clock;
mod controls;
mod counts;
pub mod dom;
mod facts;
mod initiative;
mod labels;
pub mod locale;
#[cfg(not(target_arch = "wasm32"))]
pub mod render;
mod search;
mod share;
mod signup;
mod widget;

use alentour_texts::message;
