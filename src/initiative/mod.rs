//! One initiative.

pub mod detail;
mod essentials;
mod programme;

use crate::dom::El;
use crate::dom::html::{li, ul};

/// A line of a list.
fn item(text: &str) -> El {
    li().child(text)
}

/// A list of what there is; none of nothing.
fn list(items: Vec<El>) -> Option<El> {
    (!items.is_empty()).then(|| ul().child(items))
}
