//! Time zones from the tz database compiled into the program: the same answer on every machine. Addresses as the
//! URL Standard has them.

use std::cell::RefCell;
use std::sync::OnceLock;

use alentour_model::LocalTime;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use url::Url;

/// Seconds that the clocks of a zone are ahead of UTC at a time that they show; `None` for a zone that is not known.
/// The hour that a clock repeats is its first; the one it skips goes by the offset before.
pub(crate) fn offset(zone: &str, local: LocalTime) -> Option<i32> {
    thread_local! {
        /// The zone of the last date, which is that of nearly every next one.
        static LAST: RefCell<Clocks> = RefCell::default();
    }
    LAST.with_borrow_mut(|clocks| {
        if clocks.name != zone {
            *clocks = Clocks { name: zone.to_owned(), zone: find(zone), ..Clocks::default() };
        }
        clocks.offset(local)
    })
}

/// The clocks of a zone, with the times that were asked for last: the days and hours of a feed are much the same.
#[derive(Default)]
struct Clocks {
    name: String,
    zone: Option<TimeZone>,
    known: Vec<Option<(LocalTime, Option<i32>)>>,
}

impl Clocks {
    /// Midnights of four months.
    const KNOWN: usize = 128;

    fn offset(&mut self, local: LocalTime) -> Option<i32> {
        let zone = self.zone.as_ref()?;
        self.known.resize(Self::KNOWN, None);
        // Quarters of an hour and days, each beside the next.
        let at = local.date.days().wrapping_add(local.second / 900).rem_euclid(Self::KNOWN as i32);
        let known = self.known.get_mut(usize::try_from(at).ok()?)?;
        match known {
            Some((time, offset)) if *time == local => *offset,
            _ => known.insert((local, offset_in(zone, local))).1,
        }
    }
}

fn find(zone: &str) -> Option<TimeZone> {
    static DATABASE: OnceLock<TimeZoneDatabase> = OnceLock::new();
    DATABASE.get_or_init(TimeZoneDatabase::bundled).get(zone).ok()
}

fn offset_in(zone: &TimeZone, local: LocalTime) -> Option<i32> {
    let (year, month, day) = local.date.parts();
    let [hour, minute, second] = [local.second / 3600, local.second / 60 % 60, local.second % 60];
    let time = DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        0,
    );
    let instant = zone.to_ambiguous_timestamp(time.ok()?).compatible().ok()?;
    // Before standard time offsets had seconds (Paris: 9 min 21 s); a feed's offsets have none.
    Some(zone.to_offset(instant).seconds() / 60 * 60)
}

/// An absolute address, of any scheme.
#[derive(Clone)]
pub(crate) struct Address(Url);

impl Address {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Url::parse(text).ok().map(Self)
    }

    /// The address that a text means on the page of this one.
    pub(crate) fn join(&self, text: &str) -> Option<Self> {
        self.0.join(text).ok().map(Self)
    }

    /// `http`, `https`, ...
    pub(crate) fn scheme(&self) -> String {
        self.0.scheme().to_owned()
    }

    /// Its host, with its port where that is not the scheme's own.
    pub(crate) fn host(&self) -> String {
        let port = self.0.port().map_or_else(String::new, |port| format!(":{port}"));
        format!("{}{port}", self.0.host_str().unwrap_or_default())
    }

    /// Whether it has a user's name or password.
    pub(crate) fn has_login(&self) -> bool {
        !self.0.username().is_empty() || self.0.password().is_some()
    }

    /// The same at `https`.
    pub(crate) fn secured(mut self) -> Option<Self> {
        self.0.set_scheme("https").ok()?;
        Some(self)
    }

    /// The parameters of its query.
    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        self.0.query_pairs().into_owned().collect()
    }

    /// The same with another query.
    pub(crate) fn with_parameters(mut self, parameters: &[(String, String)]) -> Self {
        self.0.query_pairs_mut().clear().extend_pairs(parameters);
        self
    }

    /// As text.
    pub(crate) fn whole(&self) -> String {
        self.0.to_string()
    }

    /// As text, without what stands behind `#`.
    pub(crate) fn text(mut self) -> String {
        self.0.set_fragment(None);
        self.0.into()
    }
}
