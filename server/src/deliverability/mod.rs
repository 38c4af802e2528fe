//! Whether mail of a domain is believed to be from it: what DNS says of it (SPF, RFC 7208; DKIM, RFC 6376; DMARC, RFC 7489).

mod dns;

use std::net::SocketAddr;

pub use dns::Answer;

use self::dns::Names;

/// How one of the three stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is a record that does its work.
    Good(String),
    /// There is one that does not.
    Weak(String, Weakness),
    /// There is none.
    Missing,
    /// It was not asked for.
    Unasked,
    /// DNS did not answer.
    Unanswered,
}

/// Why a record does not do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// There are several, and receivers take none.
    Several,
    /// It lets anybody send.
    Anybody,
    /// It asks receivers for nothing.
    Nothing,
    /// The key was revoked.
    Revoked,
}

/// What DNS says of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deliverability {
    /// Which domain.
    pub domain: String,
    /// Which servers may send for it.
    pub spf: Standing,
    /// The key that its mails are signed with.
    pub dkim: Standing,
    /// What receivers are to do with what is neither.
    pub dmarc: Standing,
}

/// Asks for a domain, and for a DKIM key by its selector, where there is one. `server`: who is asked; `None`: whom the system asks.
pub async fn of(domain: &str, selector: Option<&str>, server: Option<SocketAddr>) -> Deliverability {
    let Some(names) = Names::new(server) else {
        let away = Standing::Unanswered;
        return Deliverability { domain: domain.into(), spf: away.clone(), dkim: away.clone(), dmarc: away };
    };
    let key = async {
        match selector {
            Some(selector) => dkim(names.texts(&format!("{selector}._domainkey.{domain}")).await),
            None => Standing::Unasked,
        }
    };
    let policy = async {
        let own = dmarc(names.texts(&format!("_dmarc.{domain}")).await);
        // Where a domain has none that of the one above holds (RFC 7489, section 6.6.3), as far as that can be one of its own.
        match (own, domain.split_once('.')) {
            (Standing::Missing, Some((_, above))) if above.contains('.') => {
                dmarc(names.texts(&format!("_dmarc.{above}")).await)
            }
            (own, _) => own,
        }
    };
    let (spf, dkim, dmarc) = tokio::join!(async { spf(names.texts(domain).await) }, key, policy);
    Deliverability { domain: domain.to_owned(), spf, dkim, dmarc }
}

/// The records of that version; where there is not one, how that stands.
fn only(answer: Answer, is_one: impl Fn(&str) -> bool) -> Result<String, Standing> {
    let Answer::Texts(texts) = answer else { return Err(Standing::Unanswered) };
    let mut all: Vec<_> = texts.into_iter().filter(|text| is_one(&text.to_ascii_lowercase())).collect();
    match (all.pop(), all.is_empty()) {
        (None, _) => Err(Standing::Missing),
        (Some(one), true) => Ok(one),
        (Some(one), false) => Err(Standing::Weak(one, Weakness::Several)),
    }
}

fn spf(answer: Answer) -> Standing {
    let is_one = |text: &str| text == "v=spf1" || text.starts_with("v=spf1 ");
    match only(answer, is_one) {
        Err(standing) => standing,
        Ok(text) => {
            let lower = text.to_ascii_lowercase();
            let mut terms = lower.split_whitespace();
            match terms.any(|term| matches!(term, "+all" | "all")) {
                true => Standing::Weak(text, Weakness::Anybody),
                false => Standing::Good(text),
            }
        }
    }
}

fn dkim(answer: Answer) -> Standing {
    let is_one = |text: &str| text.contains("p=");
    match only(answer, is_one) {
        Err(standing) => standing,
        Ok(text) => {
            let key = text.split(';').find_map(|tag| tag.trim().strip_prefix("p="));
            match key.is_none_or(|key| key.trim().is_empty()) {
                true => Standing::Weak(text, Weakness::Revoked),
                false => Standing::Good(text),
            }
        }
    }
}

fn dmarc(answer: Answer) -> Standing {
    match only(answer, |text| text.starts_with("v=dmarc1")) {
        Err(standing) => standing,
        Ok(text) => {
            let lower = text.to_ascii_lowercase();
            let policy = lower.split(';').find_map(|tag| tag.trim().strip_prefix("p=")).map(str::trim);
            match policy {
                Some("quarantine" | "reject") => Standing::Good(text),
                _ => Standing::Weak(text, Weakness::Nothing),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(texts: &[&str]) -> Answer {
        Answer::Texts(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn a_record_is_good_where_it_does_its_work() {
        let good = |text: &str| Standing::Good(text.into());
        let weak = |text: &str, why| Standing::Weak(text.into(), why);
        let some = "v=spf1 include:_spf.example.org -all";
        assert_eq!(spf(says(&["other", some])), good(some));
        assert_eq!(spf(says(&[some, some])), weak(some, Weakness::Several));
        assert_eq!(spf(says(&["v=spf1 +all"])), weak("v=spf1 +all", Weakness::Anybody));
        assert_eq!(spf(says(&["v=spf10 -all"])), Standing::Missing);
        assert_eq!(spf(Answer::Away), Standing::Unanswered);
        assert_eq!(dkim(says(&["v=DKIM1; k=rsa; p=MIIB"])), good("v=DKIM1; k=rsa; p=MIIB"));
        assert_eq!(dkim(says(&["v=DKIM1; p="])), weak("v=DKIM1; p=", Weakness::Revoked));
        assert_eq!(dmarc(says(&["v=DMARC1; p=Reject"])), good("v=DMARC1; p=Reject"));
        assert_eq!(
            dmarc(says(&["v=DMARC1; p=none; sp=reject"])),
            weak("v=DMARC1; p=none; sp=reject", Weakness::Nothing)
        );
        assert_eq!(dmarc(says(&[])), Standing::Missing);
    }
}
