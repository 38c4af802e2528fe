//! Vocabularies: the words that a feed may use for one thing.

/// Defines an enum of words, read from and written as text. With `other` a word that is not in the list is
/// kept as given; without it, `parse` refuses it, and serde reads the default, so that a word of a later version costs nothing else.
macro_rules! terms {
    ($(#[$doc:meta])* $name:ident { $($(#[$term_doc:meta])* $term:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$term_doc])* $term),+ }
        impl $name {
            /// Every word, in the order in which people are shown them.
            pub const ALL: &'static [Self] = &[$(Self::$term),+];
            /// The word in a feed.
            pub fn as_str(&self) -> &str { match self { $(Self::$term => $text),+ } }
            /// Reads a word; `None` where the vocabulary has none such.
            pub fn parse(text: &str) -> Option<Self> { match text { $($text => Some(Self::$term),)+ _ => None } }
        }
        crate::term::terms!(@traits $name [$($text),+] closed);
    };
    ($(#[$doc:meta])* $name:ident { $($(#[$term_doc:meta])* $term:ident = $text:literal),+ $(,)? } other) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$term_doc])* $term,)+
            /// A word of the feed's own, shown as given.
            Other(String),
        }
        impl $name {
            /// Every word that has a name of its own, in the order in which people are shown them.
            pub const ALL: &'static [Self] = &[$(Self::$term),+];
            /// The word in a feed.
            pub fn as_str(&self) -> &str { match self { $(Self::$term => $text,)+ Self::Other(text) => text } }
            /// Reads a word; one that is not in the vocabulary is kept as given, an empty one is none.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    "" => None,
                    $($text => Some(Self::$term),)+
                    other => Some(Self::Other(other.to_owned())),
                }
            }
        }
        crate::term::terms!(@traits $name [$($text),+] open);
    };
    (@traits $name:ident [$($text:literal),+] $openness:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Ok(crate::term::terms!(@read text $openness))
            }
        }
        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                crate::term::terms!(@schema [$($text),+] $openness)
            }
        }
    };
    (@read $text:ident closed) => { Self::parse(&$text).unwrap_or_default() };
    (@read $text:ident open) => { Self::parse(&$text).unwrap_or(Self::Other($text)) };
    (@schema [$($text:literal),+] closed) => { schemars::json_schema!({ "type": "string", "enum": [$($text),+] }) };
    (@schema [$($text:literal),+] open) => { schemars::json_schema!({ "type": "string", "examples": [$($text),+] }) };
}
pub(crate) use terms;
