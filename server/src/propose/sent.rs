//! What a form of these pages sends.

/// Names and values, in their order.
pub type Sent = Vec<(String, String)>;

/// The first value of that name.
pub fn value<'a>(sent: &'a Sent, name: &str) -> &'a str {
    sent.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}
