//! What the pages say, a language each, in one place. `{...}` is filled in.

mod ar;
mod en;
mod es;
mod fr;

use super::Language;

/// The texts of one language; each is named after where it stands.
#[allow(missing_docs, reason = "their names and the French beside them say it")]
pub struct Texts {
    /// The language's own name for itself.
    pub name: &'static str,
    pub my_data: &'static str,
    pub privacy: &'static str,
    pub languages: &'static str,

    pub people: &'static str,
    pub organiser: &'static str,
    pub an_initiative: &'static str,

    pub confirm: &'static str,
    pub confirm_lead: &'static str,
    pub confirm_button: &'static str,
    pub confirm_not_you: &'static str,
    pub confirmed: &'static str,
    pub confirmed_lead: &'static str,
    pub confirmed_before: &'static str,
    pub confirmed_before_lead: &'static str,
    pub link_gone: &'static str,
    pub link_gone_confirm: &'static str,
    pub link_gone_access: &'static str,
    pub link_used: &'static str,
    pub link_used_lead: &'static str,
    pub new_link: &'static str,

    pub my_data_lead: &'static str,
    pub email: &'static str,
    pub send_link: &'static str,
    pub email_wrong: &'static str,
    pub sent: &'static str,
    pub sent_lead: &'static str,
    pub no_mail: &'static str,
    pub no_mail_contact: &'static str,

    pub kept: &'static str,
    pub kept_lead: &'static str,
    pub kept_nothing: &'static str,
    pub kept_correct: &'static str,
    pub download: &'static str,
    pub given_name: &'static str,
    pub family_name: &'static str,
    pub telephone: &'static str,
    pub postcode: &'static str,
    pub message: &'static str,
    pub under_15: &'static str,
    pub received_on: &'static str,
    pub state: &'static str,
    pub state_confirmed: &'static str,
    pub state_unconfirmed: &'static str,
    pub state_received: &'static str,
    pub kept_until: &'static str,
    pub consents: &'static str,
    pub consent_given: &'static str,
    pub consent_not_given: &'static str,
    pub consent_withdrawn: &'static str,
    pub version: &'static str,
    pub withdraw: &'static str,
    pub erase_one: &'static str,
    pub erase_all: &'static str,
    pub erase_all_question: &'static str,
    pub erase_all_lead: &'static str,
    pub erase_all_button: &'static str,
    pub back: &'static str,
    pub withdrawn: &'static str,
    pub withdrawn_lead: &'static str,
    pub erased_one: &'static str,
    pub erased_one_lead: &'static str,
    pub erased_all: &'static str,
    pub erased_all_lead: &'static str,
    pub told: &'static str,
    pub used_up: &'static str,

    pub notice: &'static str,
    pub notice_for: &'static str,
    pub who: &'static str,
    pub who_not_named: &'static str,
    pub who_contact: &'static str,
    pub who_officer: &'static str,
    pub why: &'static str,
    pub why_basis: &'static str,
    pub why_sensitive: &'static str,
    pub why_consents: &'static str,
    pub why_purpose: &'static str,
    pub why_required: &'static str,
    pub why_optional: &'static str,
    pub what: &'static str,
    pub what_asked: &'static str,
    pub what_mail: &'static str,
    pub what_no_mail: &'static str,
    pub minors: &'static str,
    pub minors_lead: &'static str,
    pub recipients: &'static str,
    pub recipients_organiser: &'static str,
    pub recipients_webhook: &'static str,
    pub recipients_mail: &'static str,
    pub recipients_osdi: &'static str,
    pub recipients_mobilizon: &'static str,
    pub recipients_else: &'static str,
    pub how_long: &'static str,
    pub how_long_end: &'static str,
    pub how_long_unconfirmed: &'static str,
    pub how_long_then: &'static str,
    pub safety: &'static str,
    pub safety_lead: &'static str,
    pub rights: &'static str,
    pub rights_lead: &'static str,
    pub rights_list: [&'static str; 6],
    pub rights_contact: &'static str,
    pub rights_complaint: &'static str,

    pub trouble: &'static str,
    pub trouble_lead: &'static str,
    pub trouble_missing: &'static str,
    pub trouble_missing_lead: &'static str,
    pub trouble_often: &'static str,
    pub trouble_often_lead: &'static str,
    pub trouble_origin: &'static str,
    pub trouble_origin_lead: &'static str,
    pub trouble_form: &'static str,
    pub trouble_form_lead: &'static str,
}

/// The texts of a language.
pub fn of(language: Language) -> &'static Texts {
    match language {
        Language::French => &fr::TEXTS,
        Language::English => &en::TEXTS,
        Language::Spanish => &es::TEXTS,
        Language::Arabic => &ar::TEXTS,
    }
}

/// So many days, as the language counts them.
pub fn days(language: Language, days: u32) -> String {
    let (one, many) = match language {
        Language::French => ("jour", "jours"),
        Language::English => ("day", "days"),
        Language::Spanish => ("día", "días"),
        Language::Arabic => {
            // CLDR's plural categories: one, two, few (3 to 10 of a hundred), many (11 to 99), other.
            return match (days, days % 100) {
                (1, _) => "يوم واحد".to_owned(),
                (2, _) => "يومين".to_owned(),
                (_, 3..=10) => format!("{days} أيام"),
                (_, 11..=99) => format!("{days} يومًا"),
                _ => format!("{days} يوم"),
            };
        }
    };
    let is_one = days == 1 || (days == 0 && language == Language::French);
    format!("{days} {}", if is_one { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_each_language_does() {
        let all = |n| Language::ALL.map(|language| days(language, n));
        assert_eq!(all(1), ["1 jour", "1 day", "1 día", "يوم واحد"]);
        assert_eq!(all(7), ["7 jours", "7 days", "7 días", "7 أيام"]);
        assert_eq!(all(90), ["90 jours", "90 days", "90 días", "90 يومًا"]);
        assert_eq!(all(365)[3], "365 يومًا");
        assert_eq!(all(300)[3], "300 يوم");
    }
}
