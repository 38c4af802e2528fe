//! Typing mistakes: how many it takes from one word to another.

/// How many mistakes one word is from another: a letter too many, one too few, one for another, two neighbours exchanged (Damerau's, each
/// letter touched once). One more than `most` where it is more.
pub(crate) fn distance(a: &[char], b: &[char], most: usize) -> usize {
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    // Three rows of the table: two back, one back, this one.
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let mut least = (last[j] + usize::from(a[i] != b[j])).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        if row.iter().all(|mistakes| *mistakes > most) {
            return most + 1;
        }
        (before, last) = (last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_too_many_too_few_wrong_or_exchanged_are_one_mistake_each() {
        let away = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|word| word.chars().collect::<Vec<_>>());
            (distance(&a, &b, 2), distance(&b, &a, 2))
        };
        for (a, b, mistakes) in [
            ("tutorat", "tutorat", 0),
            ("tutorrat", "tutorat", 1),
            ("tutrat", "tutorat", 1),
            ("tutarat", "tutorat", 1),
            ("alimentiare", "alimentaire", 1),
            ("utotrat", "tutorat", 2),
            ("жилье", "жилья", 1),
            ("tutorat", "maraude", 3),
            ("", "ab", 2),
        ] {
            assert_eq!(away(a, b), (mistakes, mistakes), "{a} {b}");
        }
    }
}
