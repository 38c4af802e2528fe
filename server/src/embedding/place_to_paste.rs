//! Where the tag is pasted, and which way in each place takes.

/// A way of putting the widget onto a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The tag, its choices as attributes: editors and their filters leave these alone where they leave the script at all.
    Tag,
    /// The tag, its choices in its address: the first page of results comes with it.
    Address,
    /// The tag in a file of a site's templates, and what calls it in a page.
    Template,
    /// A container in the page, and the tag somewhere else with all in its address.
    Container,
    /// The element, and the script once.
    Element,
    /// A frame's address, and a frame.
    Frame,
    /// WordPress' shortcode.
    Shortcode,
    /// DokuWiki's own writing.
    Braces,
    /// MediaWiki's common script, and a line of its pages.
    CommonScript,
    /// A link.
    Link,
}

macro_rules! places {
    ($($variant:ident $word:literal $way:ident)+) => {
        /// Where the tag is pasted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum PlaceToPaste {
            $(#[doc = $word] $variant,)+
        }

        impl PlaceToPaste {
            /// All of them, in the order of the page.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its word in addresses and texts.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Which way it takes.
            pub fn way(self) -> Way {
                match self { $(Self::$variant => Way::$way,)+ }
            }
        }
    };
}

places! {
    WordpressPlugin "wordpress-plugin" Shortcode
    WordpressBlock "wordpress-block" Tag
    WordpressClassic "wordpress-classic" Tag
    WordpressAuthor "wordpress-author" Link
    Spip "spip" Tag
    Joomla "joomla" Tag
    Drupal "drupal" Tag
    Wix "wix" Frame
    Squarespace "squarespace" Tag
    Jimdo "jimdo" Frame
    EMonsite "e-monsite" Tag
    Assoconnect "assoconnect" Frame
    GoogleSites "google-sites" Frame
    Mediawiki "mediawiki" CommonScript
    Dokuwiki "dokuwiki" Braces
    Static "static" Template
    TagManager "tag-manager" Container
    Html "html" Address
    App "app" Element
}

impl PlaceToPaste {
    /// The place of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|place| place.as_str() == word)
    }

    /// Whether what takes a frame there may take a script beside it.
    pub fn takes_script_beside(self) -> bool {
        matches!(self, Self::Jimdo | Self::Assoconnect)
    }

    /// The plugin that its steps begin with: a file of the bundle's.
    pub fn plugin(self) -> Option<&'static str> {
        match self {
            Self::WordpressPlugin => Some("alentour-wordpress.zip"),
            Self::Dokuwiki => Some("alentour-dokuwiki.zip"),
            _ => None,
        }
    }
}
