//! Time zones and addresses as the browser knows them: the tables of both would be a third of what is downloaded.

use alentour_model::LocalTime;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/browser.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = offsetAt)]
    fn offset_at(zone: &str, instant: f64) -> Option<f64>;

    #[derive(Clone)]
    type Url;
    #[wasm_bindgen(js_name = parse)]
    fn parse(text: &str, base: &str) -> Option<Url>;
    #[wasm_bindgen(method, getter)]
    fn href(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    fn protocol(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    fn host(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    fn username(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    fn password(this: &Url) -> String;
    #[wasm_bindgen(js_name = parameters)]
    fn parameters(address: &Url) -> Vec<String>;
    #[wasm_bindgen(js_name = withParameters)]
    fn with_parameters(address: &Url, list: Vec<String>) -> Url;
    #[wasm_bindgen(js_name = secured)]
    fn secured(address: &Url) -> Url;
    #[wasm_bindgen(js_name = text)]
    fn text(address: &Url) -> String;
}

/// Seconds that the clocks of a zone are ahead of UTC at a time that they show; `None` for a zone that is not known.
/// The hour that a clock repeats is its first; the one it skips goes by the offset before.
pub(crate) fn offset(zone: &str, local: LocalTime) -> Option<i32> {
    const DAY: i64 = 86_400;
    let at = |instant: i64| offset_at(zone, instant as f64 * 1000.0).map(|seconds| seconds as i32);
    let utc = local.at(0).instant;
    // No zone changes its clocks twice within two days.
    let (before, after) = (at(utc - DAY)?, at(utc + DAY)?);
    let holds = |offset: i32| at(local.at(offset).instant) == Some(offset);
    let offset = if before == after || holds(before) || !holds(after) { before } else { after };
    Some(offset / 60 * 60)
}

/// An absolute address, of any scheme.
#[derive(Clone)]
pub(crate) struct Address(Url);

impl Address {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        parse(text, "").map(Self)
    }

    /// The address that a text means on the page of this one.
    pub(crate) fn join(&self, text: &str) -> Option<Self> {
        parse(text, &self.0.href()).map(Self)
    }

    /// `http`, `https`, ...
    pub(crate) fn scheme(&self) -> String {
        self.0.protocol().trim_end_matches(':').to_owned()
    }

    /// Its host, with its port where that is not the scheme's own.
    pub(crate) fn host(&self) -> String {
        self.0.host()
    }

    /// Whether it has a user's name or password.
    pub(crate) fn has_login(&self) -> bool {
        !self.0.username().is_empty() || !self.0.password().is_empty()
    }

    /// The same at `https`.
    pub(crate) fn secured(self) -> Option<Self> {
        Some(Self(secured(&self.0)))
    }

    /// The parameters of its query.
    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        let list = parameters(&self.0);
        let pairs = list.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
        pairs.collect()
    }

    /// The same with another query.
    pub(crate) fn with_parameters(self, parameters: &[(String, String)]) -> Self {
        let list = parameters.iter().flat_map(|(name, value)| [name.clone(), value.clone()]).collect();
        Self(with_parameters(&self.0, list))
    }

    /// As text.
    pub(crate) fn whole(&self) -> String {
        self.0.href()
    }

    /// As text, without what stands behind `#`.
    pub(crate) fn text(self) -> String {
        text(&self.0)
    }
}
