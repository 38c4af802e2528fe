//! Where the items of a list of JSON begin and end, told from its brackets and quotation marks alone.

use memchr::memchr2;

/// What stands at a byte of a text of JSON, as far as telling items apart needs it. Bytes are given in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Scanner {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
}

/// What ends a stretch of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A comma between two items.
    Comma(usize),
    /// The bracket that closes the list.
    End(usize),
    /// Something that JSON does not have, such as a comment: what follows cannot be told apart.
    Foreign,
}

impl Scanner {
    /// The next mark from a byte on. The scanner goes on behind it, or behind the last byte.
    pub fn next(&mut self, bytes: &[u8], from: usize) -> Option<Mark> {
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            if self.is_escaped {
                self.is_escaped = false;
                at += 1;
                continue;
            }
            if self.in_text {
                at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
                match bytes.get(at) {
                    Some(b'"') => self.in_text = false,
                    _ => self.is_escaped = true,
                }
                at += 1;
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'[' | b'{' => self.depth += 1,
                b']' | b'}' if self.depth > 0 => self.depth -= 1,
                b']' => return Some(Mark::End(at)),
                b',' if self.depth == 0 => return Some(Mark::Comma(at)),
                b'}' | b'/' | b'#' | b'\'' => return Some(Mark::Foreign),
                _ => {}
            }
            at += 1;
        }
        None
    }
}

/// Where the list is that is still open at the end of a beginning, and the outermost of those: the position behind its
/// bracket, and the brackets that close it and what is around it.
pub(super) fn open_list(beginning: &[u8]) -> Option<(usize, Vec<u8>)> {
    let (mut open, mut in_text, mut is_escaped) = (Vec::new(), false, false);
    for (at, byte) in beginning.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => open.push((*byte, at)),
            b']' | b'}' => drop(open.pop()?),
            b'/' | b'#' => return None,
            _ => {}
        }
    }
    let list = open.iter().position(|(bracket, _)| *bracket == b'[')?;
    let closing =
        open.get(..=list)?.iter().rev().map(|(bracket, _)| if *bracket == b'[' { b']' } else { b'}' });
    Some((open.get(list)?.1 + 1, closing.collect()))
}

/// The items of a stretch that ends before a mark.
pub(super) fn split(stretch: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut scanner = Scanner::default();
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let start = from?;
        let end = match scanner.next(stretch, start) {
            Some(Mark::Comma(end)) => {
                from = Some(end + 1);
                end
            }
            _ => {
                from = None;
                stretch.len()
            }
        };
        stretch.get(start..end)
    })
    .filter(|item| !item.trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_list_that_is_open_is_the_list_of_items() {
        let beginning = br#"{"ok": true, "facets": [1], "x": {"data": [{"tags": ["]", "\"["#;
        let (at, closing) = open_list(beginning).unwrap();
        assert!(beginning[..at].ends_with(br#""data": ["#));
        assert_eq!(closing, b"]}}");
        assert_eq!(open_list(b"[[1, 2], ["), Some((1, b"]".to_vec())));
        assert_eq!(open_list(b"{\"a\": {\"b\": 1"), None);
        assert_eq!(open_list(b"]"), None);
    }

    #[test]
    fn items_are_told_apart_wherever_a_text_is_cut() {
        let text = br#" {"a": "],\"[", "b": [1, {}]} , "x,y\\" ,7]"#;
        for cut in 0..text.len() {
            let mut scanner = Scanner::default();
            let mut marks = Vec::new();
            for (part, from) in [(&text[..cut], 0), (&text[..], cut)] {
                let mut from = from;
                while let Some(mark) = scanner.next(part, from) {
                    marks.push(mark);
                    let (Mark::Comma(at) | Mark::End(at)) = mark else { panic!("{mark:?}") };
                    from = at + 1;
                }
            }
            assert!(matches!(marks[..], [Mark::Comma(_), Mark::Comma(_), Mark::End(_)]), "{cut}: {marks:?}");
        }
        let items: Vec<_> = split(&text[..text.len() - 1]).map(<[u8]>::trim_ascii).collect();
        assert_eq!(items, [&br#"{"a": "],\"[", "b": [1, {}]}"#[..], br#""x,y\\""#, b"7"]);
    }
}
