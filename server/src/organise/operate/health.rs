//! `/organise/health`: how the installation is, and whether its mail is believed.

use alentour_texts::{Language, fill};
use axum::response::Response;
use lettre::message::Mailbox;
use maud::{Markup, html};

use super::{above, ago, fact, span, texts};
use crate::deliverability::{self, Standing, Weakness};
use crate::http::Error;
use crate::organise::now;
use crate::organise::page::OrganisePage;
use crate::store::{Deed, Measures};

/// Days after which the last back-up is old.
const OLD_DAYS: i64 = 7;
/// Bytes below which a disk is nearly full.
const LITTLE: u64 = 1 << 30;

/// `GET`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    let (texts, state) = (texts(&page), page.state());
    let measures = state.store.measures().await?;
    let backlog = state.store.backlog().await?;
    let backed_up = state.store.last_done(Deed::BackedUp).await?;
    let free = free(&page);
    let is_old = backed_up.is_none_or(|at| now() - at > OLD_DAYS * 86_400);
    let content = html! {
        h1 { (texts.health) }
        @if is_old { p.warning-line { (texts.health_backed_up_old) " " a href=(page.link("/settings/back-up")) { (texts.back_up) } } }
        @if free.is_some_and(|free| free < LITTLE) { p.warning-line { (texts.health_disk_little) } }
        @if !state.writer.is_alive() { p.warning-line { (texts.health_writer) } }
        section.card {
            h2 { (texts.health_server) }
            dl {
                (fact(texts.health_version, env!("CARGO_PKG_VERSION")))
                @if state.installation.started_at > 0 { (fact(texts.health_running, ago(&page, state.installation.started_at))) }
                @if let Some(machines) = measures.machines { (fact(texts.health_machines, machines.to_string())) }
                (fact(texts.health_initiatives, state.feeds.current().map_or(0, |current| current.len()).to_string()))
                (fact(texts.health_queue, html! {
                    a href=(page.link("/outbox")) { (page.language().count(texts.outbox_waiting, backlog.waiting, &[])) }
                    @if let Some(oldest) = backlog.oldest { " " (fill(texts.health_oldest, &[("age", &span(&page, now() - oldest))])) }
                }))
                (fact(texts.back_up_last, backed_up.map_or_else(|| texts.back_up_never.to_owned(), |at| format!("{} ({})", page.page.moment(at), ago(&page, at)))))
            }
        }
        (database(&page, &measures, free))
        (mail(&page).await)
    };
    Ok(page.render(texts.health, &above(&page), "", &content))
}

/// What the database has, and what room there is.
fn database(page: &OrganisePage, measures: &Measures, free: Option<u64>) -> Markup {
    let texts = texts(page);
    html! {
        section.card {
            h2 { (texts.health_database) }
            dl {
                (fact(texts.health_kind, measures.kind.as_str()))
                (fact(texts.health_size, html! { bdi dir="ltr" { (size(page.language(), measures.bytes)) } }))
                @if let Some(free) = free { (fact(texts.health_free, html! { bdi dir="ltr" { (size(page.language(), free)) } })) }
            }
            details {
                summary { (texts.health_tables) }
                dl dir="ltr" { @for (table, many) in &measures.tables { (fact(table, many.to_string())) } }
            }
        }
    }
}

/// What DNS says of the domain that mails come from.
async fn mail(page: &OrganisePage) -> Markup {
    let (texts, state) = (texts(page), page.state());
    let settings = &state.settings;
    let sender = settings.mail.as_ref().and_then(|mail| mail.from.parse::<Mailbox>().ok());
    let Some(sender) = sender else {
        return html! {
            section.card {
                h2 { (texts.mail) }
                p.warning-line { (texts.health_no_mail) " " a href=(page.link("/settings/mail")) { (texts.mail) } }
            }
        };
    };
    let selector = settings.mail.as_ref().and_then(|mail| mail.dkim_selector.clone());
    let domain = sender.email.domain();
    let found = deliverability::of(domain, selector.as_deref(), state.installation.resolver).await;
    let dkim_name = selector.as_deref().map(|selector| format!("{selector}._domainkey.{domain}"));
    html! {
        section.card {
            h2 { (texts.dns) }
            p { (texts.dns_lead) " " code dir="ltr" { (found.domain) } }
            (record(page, "SPF", texts.spf, &found.spf, (domain, "v=spf1 include:… -all"), texts.spf_add))
            (record(page, "DKIM", texts.dkim, &found.dkim, (dkim_name.as_deref().unwrap_or("…._domainkey"), "v=DKIM1; k=rsa; p=…"), texts.dkim_add))
            (record(page, "DMARC", texts.dmarc, &found.dmarc, (&format!("_dmarc.{domain}"), "v=DMARC1; p=quarantine; adkim=r; aspf=r"), texts.dmarc_add))
        }
    }
}

/// One of the three: how it stands, what that means, and the record that would mend it.
fn record(
    page: &OrganisePage,
    name: &str,
    what: &str,
    standing: &Standing,
    (at, example): (&str, &str),
    add: &str,
) -> Markup {
    let texts = texts(page);
    let (words, record, is_good) = match standing {
        Standing::Good(record) => (texts.dns_good, Some(record), true),
        Standing::Weak(record, why) => {
            let words = match why {
                Weakness::Several => texts.dns_several,
                Weakness::Anybody => texts.dns_anybody,
                Weakness::Nothing => texts.dns_nothing,
                Weakness::Revoked => texts.dns_revoked,
            };
            (words, Some(record), false)
        }
        Standing::Missing => (texts.dns_missing, None, false),
        Standing::Unasked => (texts.dns_unasked, None, true),
        Standing::Unanswered => (texts.dns_unanswered, None, true),
    };
    html! {
        section {
            h3 { bdi dir="ltr" { (name) } }
            p.hint { (what) }
            p.warning-line[!is_good] { (words) }
            @if let Some(record) = record { p { code dir="ltr" { (record) } } }
            @if !is_good {
                p { (add) }
                dl { (fact(texts.dns_name, html! { code dir="ltr" { (at) } })) (fact(texts.dns_value, html! { code dir="ltr" { (example) } })) }
            }
        }
    }
}

/// Free bytes of the disk that the database is on, where it is a file.
#[cfg(target_os = "linux")]
fn free(page: &OrganisePage) -> Option<u64> {
    let file = page.state().installation.database_file.as_ref()?;
    let disk = rustix::fs::statvfs(file).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Elsewhere the system is not asked.
#[cfg(not(target_os = "linux"))]
fn free(_: &OrganisePage) -> Option<u64> {
    None
}

/// Bytes for people: French counts them as octets.
fn size(language: Language, bytes: u64) -> String {
    let mut value = bytes as f64 / 1000.0;
    let mut units = ["k", "M", "G", "T"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    while let Some(next) = (value >= 1000.0).then(|| units.next()).flatten() {
        (value, unit) = (value / 1000.0, next);
    }
    let byte = if language == Language::French { "o" } else { "B" };
    format!("{}\u{a0}{unit}{byte}", language.decimal(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_the_unit_that_is_read_best() {
        let sizes = [(0, "0.0 kB"), (4096, "4.1 kB"), (12_000_000, "12.0 MB"), (3_200_000_000, "3.2 GB")];
        for (bytes, said) in sizes {
            assert_eq!(size(Language::English, bytes).replace('\u{a0}', " "), said);
        }
        assert_eq!(size(Language::English, 5_100_000_000_000_000), "5100.0\u{a0}TB");
        assert_eq!(size(Language::French, 442_400), "442,4\u{a0}ko");
    }
}
