//! The way back from a mail or a page of ours: to the partner's page that somebody has signed up on, where that is known.

use alentour::app::encode;
use alentour_texts::{Language, fill};

use crate::settings::Settings;
use crate::store::{ALERTS, SignUpRecord};

/// Where a link leads back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayBack {
    /// The partner's host; `None`: it is our page.
    host: Option<String>,
    /// The whole address.
    pub address: String,
}

impl WayBack {
    /// To a page that a form has stood on, where its origin is a partner's now: as the widget's own links do, with that initiative open. Where
    /// nobody announces it any more, the list is there.
    pub fn to_partner(settings: &Settings, page: &str, initiative: &str) -> Option<Self> {
        let origin = settings.sign_ups.partner_of(page)?;
        let opened =
            if initiative == ALERTS { String::new() } else { format!("#alentour={}", encode(initiative)) };
        Some(Self { host: Some(origin.host().to_owned()), address: format!("{page}{opened}") })
    }

    /// The same for what somebody has signed up for.
    pub fn of(settings: &Settings, record: &SignUpRecord) -> Option<Self> {
        Self::to_partner(settings, record.person.page.as_deref()?, &record.initiative)
    }

    /// To the initiative's page on this server, which is at `base`.
    pub fn to_own(base: &str, initiative: &str, language: Language) -> Self {
        let address = format!("{base}/i/{}?lang={}", encode(initiative), language.tag());
        Self { host: None, address }
    }

    /// Whether it leads to a partner's.
    pub fn is_to_partner(&self) -> bool {
        self.host.is_some()
    }

    /// What the link says. The host is as the operator has named it: nothing in these words is a visitor's.
    pub fn words(&self, language: Language) -> String {
        let texts = language.mails();
        let back = |host: &String| fill(texts.back_to, &[("host", host)]);
        self.host.as_ref().map_or_else(|| texts.back_page.to_owned(), back)
    }
}
