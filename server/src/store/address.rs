//! Addresses as persons are recognised by them, and mail is sent to them.

use alentour_model::EmailAddress;

/// The address with its domain as the DNS has it (UTS 46: `exämple.org` is `xn--exmple-cua.org`, and so are its capitals and
/// its full-width letters). Each spelling of a domain names the same mailbox, and mail servers that know no SMTPUTF8 take
/// this one. A domain that is none stays as it is.
pub fn with_ascii_domain(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else { return address.to_owned() };
    match idna::domain_to_ascii(domain) {
        Ok(domain) => format!("{local}@{domain}"),
        Err(_) => address.to_owned(),
    }
}

/// The address by which a person is recognised.
pub(super) fn canonical(email: &EmailAddress) -> String {
    with_ascii_domain(&email.normalised())
}

/// The mailbox that an address belongs to: without what follows a `+`, of which a mailbox has as many as one likes (RFC 5233).
pub fn mailbox(email: &EmailAddress) -> Option<EmailAddress> {
    let address = canonical(email);
    let (local, domain) = address.rsplit_once('@')?;
    let local = local.split_once('+').map_or(local, |(user, _)| user);
    EmailAddress::parse(&format!("{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn every_spelling_of_a_domain_is_one() {
        for text in ["zoe@exämple.org", "Zoe@EXÄMPLE.ORG", "zoe@xn--exmple-cua.org", "zoe@ｅxämple.org"] {
            assert_eq!(canonical(&address(text)), "zoe@xn--exmple-cua.org", "{text}");
        }
        assert_eq!(canonical(&address("Zoe@ｅxample.org")), canonical(&address("zoe@example.org")));
        // The part before the `@` is the mail server's own business.
        assert_eq!(canonical(&address("zoé@example.org")), "zoé@example.org");
        assert_eq!(with_ascii_domain("zoe@xn--a.org"), "zoe@xn--a.org");
    }

    #[test]
    fn what_follows_a_plus_is_the_same_mailbox() {
        for text in ["zoe@example.org", "zoe+liste@example.org", "ZOE+a+b@Example.org"] {
            assert_eq!(mailbox(&address(text)), Some(address("zoe@example.org")), "{text}");
        }
        assert_eq!(mailbox(&address("+a@example.org")), None);
    }
}
