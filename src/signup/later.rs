//! Trial.
use leptos::prelude::*;
use crate::app::App;
use crate::dom::El;
use super::form::SignUpForm;

/// Trial.
#[inline(never)]
pub fn form(app: App, position: usize) -> Option<El> {
    view! { <SignUpForm app position/> }.into_inner()
}
