//! The value of a property of an element.

/// What stands in a field, or whether it is ticked, chosen, disabled.
#[derive(Clone, Debug, PartialEq)]
pub enum PropertyValue {
    /// Text.
    Text(String),
    /// Whether it is so.
    Flag(bool),
}
