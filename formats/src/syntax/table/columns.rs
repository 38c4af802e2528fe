//! What the columns of a table are: as somebody says, or as their names let guess.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use alentour_model::text::fold;

macro_rules! columns {
    ($($(#[$doc:meta])* $column:ident = $name:literal),+ $(,)?) => {
        /// What a column of a table holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Column { $($(#[$doc])* $column),+ }

        impl Column {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$column),+];

            /// Its name in reports and in [`Columns::from_str`].
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$column => $name),+ }
            }
        }
    };
}

columns! {
    /// The identifier. Without one, an item is named after its title, its start and its place.
    Id = "id",
    /// The title.
    Name = "name",
    /// One or two sentences.
    Summary = "summary",
    /// The description.
    Description = "description",
    /// The link.
    Url = "url",
    /// The first day, perhaps with the time.
    Start = "start",
    /// The time at which it begins.
    StartTime = "start time",
    /// The last day, perhaps with the time.
    End = "end",
    /// The time at which it ends.
    EndTime = "end time",
    /// The venue, perhaps with its address.
    Venue = "venue",
    /// Number and street, perhaps the whole address.
    Street = "street",
    /// The postcode.
    PostalCode = "postal code",
    /// The town.
    Town = "town",
    /// The region.
    Region = "region",
    /// The country.
    Country = "country",
    /// Degrees north.
    Latitude = "latitude",
    /// Degrees east.
    Longitude = "longitude",
    /// Latitude and longitude in one.
    Point = "point",
    /// Who organises it.
    Organizer = "organizer",
    /// The form of action.
    Kind = "kind",
    /// What it is for.
    Cause = "cause",
    /// Further words.
    Keywords = "keywords",
    /// Seats in all.
    Seats = "seats",
    /// Seats left.
    Remaining = "remaining",
    /// Whether it happens on the network.
    Reach = "reach",
}

impl Column {
    /// The column of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.as_str() == name.trim())
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What columns are, by their headers; nothing for one that is not to be read.
///
/// ```
/// use alentour_formats::{Column, Columns};
/// let columns: Columns = "Intitulé = name, Remarques internes = ".parse()?;
/// assert_eq!(columns.get("intitule"), Some(Some(Column::Name)));
/// assert_eq!(columns.get("remarques internes"), Some(None));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Vec<(String, Option<Column>)>);

impl Columns {
    /// Says what the column of that header is.
    pub fn set(&mut self, header: impl Into<String>, column: Option<Column>) {
        let header = header.into();
        self.0.retain(|(other, _)| fold(other) != fold(&header));
        self.0.push((header, column));
    }

    /// What the column of that header is, if that is said; case, accents and punctuation do not count.
    pub fn get(&self, header: &str) -> Option<Option<Column>> {
        let header = fold(header);
        self.0.iter().find(|(other, _)| fold(other) == header).map(|(_, column)| *column)
    }

    /// Those headers that a table with these columns has not; empty where that has all of them.
    pub fn strangers<'a>(&'a self, table: &'a Self) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(|(header, _)| header.as_str()).filter(|header| table.get(header).is_none())
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Headers and what their columns are.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<Column>)> {
        self.0.iter().map(|(header, column)| (header.as_str(), *column))
    }
}

impl FromStr for Columns {
    type Err = String;

    /// Reads `Header = column`, with commas between. A column may be called what headers call it, such as `titre`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut columns = Self::default();
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            let (header, name) =
                part.rsplit_once('=').ok_or_else(|| format!("“{part}” has no =: write Header = column"))?;
            let column = Column::parse(name).or_else(|| by_name(&fold(name)));
            if column.is_none() && !name.trim().is_empty() {
                let known = Column::ALL.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(", ");
                return Err(format!(
                    "“{}”, given for “{}”, is nothing that a column can be; these are: {known}; nothing, for one that is not to be read",
                    name.trim(),
                    header.trim()
                ));
            }
            columns.set(header.trim(), column);
        }
        Ok(columns)
    }
}

/// Columns and the names that they go by, folded.
static NAMES: LazyLock<Vec<(String, Column)>> = LazyLock::new(|| {
    let lines = include_str!("../../tables/columns.tsv").lines().filter(|line| !line.starts_with('#'));
    let line = |line: &'static str| {
        let (column, names) = line.split_once('\t').unwrap_or_default();
        let column = Column::parse(column);
        names.split('\t').filter_map(move |name| Some((name.to_owned(), column?)))
    };
    lines.flat_map(line).collect()
});

/// What a column of that name is, folded.
fn by_name(name: &str) -> Option<Column> {
    NAMES.iter().find(|(other, _)| other == name).map(|(_, column)| *column)
}

/// What the columns of these headers are, each at most once: what is said, then what they are called, then what their
/// names begin with.
pub(super) fn assign(headers: &[String], said: &Columns) -> Vec<Option<Column>> {
    let folded: Vec<String> = headers.iter().map(|header| fold(header)).collect();
    let mut columns: Vec<Option<Column>> = headers.iter().map(|header| said.get(header).flatten()).collect();
    let by_beginning = |header: &str| {
        let begins = |name: &str| header.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '));
        let names = NAMES.iter().filter(|(name, _)| name.len() > 2 && begins(name));
        names.max_by_key(|(name, _)| name.len()).map(|(_, column)| *column)
    };
    for by_whole_name in [true, false] {
        for (at, header) in folded.iter().enumerate() {
            let is_open = columns.get(at).is_some_and(Option::is_none)
                && headers.get(at).is_some_and(|header| said.get(header).is_none());
            let found = if by_whole_name { by_name(header) } else { by_beginning(header) };
            let found = found.filter(|column| is_open && !columns.contains(&Some(*column)));
            if let (Some(column), Some(place)) = (found, columns.get_mut(at)) {
                *place = Some(column);
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(headers: &[&str]) -> Vec<Option<Column>> {
        assign(&headers.iter().map(|header| (*header).to_owned()).collect::<Vec<_>>(), &Columns::default())
    }

    #[test]
    fn names_of_the_table_are_folded_and_lead_to_one_column() {
        let mut names: Vec<_> = NAMES.iter().map(|(name, _)| name).collect();
        assert!(names.iter().all(|name| fold(name) == **name), "{names:?}");
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "a name is there twice");
        let has_name = |column: &Column| NAMES.iter().any(|(_, other)| other == column);
        assert!(Column::ALL.iter().all(has_name));
    }

    #[test]
    fn columns_are_guessed_by_their_names_and_what_those_begin_with() {
        use Column::*;
        assert_eq!(
            guess(&[
                "N°",
                "Titre de l’action",
                "Date de début (jj/mm/aaaa)",
                "Heure",
                "C.P.",
                "VILLE",
                "Remarque"
            ]),
            [Some(Id), Some(Name), Some(Start), Some(StartTime), None, Some(Town), None]
        );
        assert_eq!(
            guess(&["lat", "lng", "Event name", "Start Date"]),
            [Some(Latitude), Some(Longitude), Some(Name), Some(Start)]
        );
        assert_eq!(
            guess(&["Nom", "Nom du lieu", "Nom complet"]),
            [Some(Name), Some(Venue), None],
            "each once"
        );
    }

    #[test]
    fn what_is_said_comes_before_what_is_guessed() {
        let said: Columns = "Nom=organizer, Objet = name, Date=".parse().unwrap();
        let headers = ["Nom", "Objet", "Date"].map(String::from);
        assert_eq!(assign(&headers, &said), [Some(Column::Organizer), Some(Column::Name), None]);
        assert!("Nom".parse::<Columns>().is_err());
        let wrong = "Nom=truc".parse::<Columns>().unwrap_err();
        assert!(
            wrong.contains("“truc”") && wrong.contains("“Nom”") && wrong.contains("organizer"),
            "{wrong}"
        );
        let french: Columns = "Nom=Organisateur, Objet=titre".parse().unwrap();
        assert_eq!(french.get("nom"), Some(Some(Column::Organizer)));
    }
}
