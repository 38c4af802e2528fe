//! Places that the bundle's gazetteer knows, found as the widget finds them (`src/browser/gazetteer.rs`), from the same files: what
//! the server names, the widget names alike.

use alentour_model::gazetteer::{Index, Locality, complete, resolve};

use super::Bundle;

/// What the name of the gazetteer's folder begins with; a hash follows.
const FOLDER: &str = "v1/a/gazetteer-";

/// The country whose places are found.
const COUNTRY: &str = "/fr/";

impl Bundle {
    /// The place that a postcode, a name or a label means, or the likeliest that begins like it. `None` for what the gazetteer
    /// does not know, and without a gazetteer. Reads files: not for the thread that answers requests.
    pub fn place(&self, name: &str) -> Option<Locality> {
        let folder = self.gazetteer()?;
        let file = |file: &str| {
            let bytes = self.bytes(&[&folder, COUNTRY, file].concat()).ok()?;
            String::from_utf8(bytes.into_owned()).ok()
        };
        let shard = file(&Index::parse(&file("index.txt")?).shard_for(name)?)?;
        resolve(&shard, name).or_else(|| complete(&shard, name, 1).pop())
    }

    /// The gazetteer's folder, without a slash at its end.
    fn gazetteer(&self) -> Option<String> {
        match self {
            Self::Embedded(files) => {
                let index = [COUNTRY, "index.txt"].concat();
                let folder = |name: &&'static str| name.strip_suffix(&index).map(str::to_owned);
                files.keys().filter(|name| name.starts_with(FOLDER)).find_map(folder)
            }
            Self::Directory(root) => {
                let entries = std::fs::read_dir(root.join("v1/a")).ok()?;
                let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
                names.map(|name| ["v1/a/", &name].concat()).find(|name| name.starts_with(FOLDER))
            }
        }
    }
}
