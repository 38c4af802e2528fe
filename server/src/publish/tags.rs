//! The tag's scripts of a published site: `v1/alentour.js` with the first page of the site's own list, and one a place.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use alentour_model::Catalog;
use alentour_texts::fill;
use maud::html;

use super::{Options, slug, write_compressed};
use crate::bundle::{Bundle, TAG};
use crate::error::CommandError;
use crate::first_page::Asked;
use crate::first_page::payload::{self, Behind, Loader};
use crate::http::representation::Representation;
use crate::position::rounded;

/// What stands for the site's own feed, as seen from its scripts: the tiles beside them.
const FEED: &str = "feed.json";

/// Writes the scripts, and says which tag each place wants. A bundle whose script has no place for a first page stays as it is.
///
/// # Errors
/// Where a place is unknown, two of them would be one file, or a file cannot be written.
pub fn write_tags(
    catalog: &Arc<Catalog>,
    bundle: &Bundle,
    options: &Options,
    now: i64,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let Some(loader) = Loader::new(bundle.bytes(TAG)?.into_owned()) else {
        return match options.places.is_empty() {
            true => Ok(()),
            false => Err("--place: the bundle is older than that: run cargo xtask build".into()),
        };
    };
    let report = options.api.as_ref().map(|api| [api, "/i/"].concat()).unwrap_or_default();
    let behind =
        Behind { propose: options.propose.as_deref().unwrap_or_default(), report: &report, pages: None };
    let with_page = |place: &str| -> Result<Representation, CommandError> {
        let asked = Asked::around(place).ok_or_else(|| format!("--place {place}: that is no place"))?;
        let around =
            payload::place(bundle, &asked).map_err(|unknown| format!("--place {place}: {unknown}"))?;
        let language = options.language;
        let page = payload::render(language, catalog.clone(), &asked, around, now, behind, None);
        Ok(loader.with(&payload::json(language, &asked, &page, now, Some(FEED), behind)?))
    };
    write_compressed(&options.folder, TAG, with_page("")?)?;
    let mut names = BTreeSet::new();
    for place in options.places.iter().map(|place| rounded(place)) {
        let words = slug(&place);
        if words.is_empty() {
            return Err(format!("--place {place}: that is no place").into());
        }
        let name = format!("v1/alentour-{words}.js");
        if !names.insert(name.clone()) {
            return Err(format!("--place {place}: another place has its file already, {name}").into());
        }
        write_compressed(&options.folder, &name, with_page(&place)?)?;
        let tag = tag(&place, &name, options);
        writeln!(out, "{}", fill(options.language.site().tag, &[("place", &place), ("tag", &tag)]))?;
    }
    Ok(())
}

/// The tag to paste. Whoever pastes it knows the site's address.
fn tag(place: &str, name: &str, options: &Options) -> String {
    let site = options.language.site().address;
    let script = format!("{site}/{name}");
    html! {
        script async src=(script) data-place=(place) data-lang=(options.language.tag()) data-api=[options.api.as_deref()] {}
    }
    .into_string()
}
