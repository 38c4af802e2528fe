//! Pages, and what is seen in them.

use super::*;

const SERVER: &str = "https://agir.example.org";

fn found_at(address: &str, html: &str, policies: &[&str]) -> String {
    let page = Page {
        bytes: html.into(),
        address: address.to_owned(),
        policies: policies.iter().map(|policy| (*policy).to_owned()).collect(),
        is_html: true,
    };
    let keys: Vec<_> = look(&page, SERVER).all.into_iter().map(|finding| finding.key).collect();
    keys.join(" ")
}

fn found(html: &str) -> String {
    found_at("https://example.org/agir", html, &[])
}

#[test]
fn what_a_page_has_of_us_is_seen() {
    let tag = "<script async src='https://agir.example.org/v1/alentour.js' data-place='69007'></script>";
    let element = "<alentour-widget place='69007'></alentour-widget>";
    for (html, expected) in [
        (tag.to_owned(), "head"),
        (format!("<body>{tag}"), "tag"),
        (format!("<p>a</p>{tag}{tag}"), "tags"),
        (format!("<head></head>{tag}"), "tag"),
        (format!("<head>{tag}</head><body>{element}"), "tag element"),
        (format!("<body>{element}"), "element element_alone"),
        ("<head><script src='https://agir.example.org/v1/alentour.js?target=%23a&amp;place=Lyon'></script></head><div id=a>".into(), "tag"),
        ("<head><script src='https://agir.example.org/v1/alentour.js' data-target='#a'></script></head><div id=b>".into(), "tag target"),
        ("<body><iframe src='https://agir.example.org/frame?lang=fr'></iframe>".into(), "frame"),
        ("<body><iframe src='https://agir.example.org/i/a/embed'></iframe>".into(), "card"),
        ("<body><script type=text/plain data-src='https://agir.example.org/v1/alentour.js'></script>".into(), "tag"),
        (format!("<body><!-- {tag} --><p>{}", "texte ".repeat(60)), "nothing"),
        ("<body><p>&lt;script async src=\"https://agir.example.org/v1/alentour.js\"&gt;".into(), "written"),
        ("<body><p class=alentour-fallback><a href='https://agir.example.org/near?lang=fr'>a</a>".into(), "links_only"),
        ("<body><div id=root></div><script src=/app.js></script>".into(), "scripts"),
        ("<body><form><input type=password></form>".into(), "sign_in"),
        ("<body><script>var a = '<script src=\"/v1/alentour.js\">'</script>".into(), "scripts"),
        ("<body><script src='https://agir.example.org/v0.0.1/alentour.js'></script>".into(), "tag version"),
        ("<body><script src='https://agir.example.org/v1/alentour.js?place=1&amp;amp;lang=fr'></script>".into(), "tag amp"),
        ("<body><script integrity=a src='https://agir.example.org/v1/alentour.js?lang=fr'></script>".into(), "tag integrity"),
        ("<body><script src='http://agir.example.org/v1/alentour.js'></script>".into(), "tag mixed"),
        ("<body><script src='https://other.example/v1/alentour.js'></script>".into(), "tag other_server"),
        ("<body><script src='https://agir.example.org/v1/alentour.js' data-raduis=1 data-radius=loin></script>".into(), "tag value misspelt"),
    ] {
        let expected = if expected == "head" { "tag head" } else { expected };
        assert_eq!(found(&html), expected, "{html}");
    }
}

#[test]
fn a_policy_counts_in_the_header_and_in_the_page() {
    let tag = "<body><script src='https://agir.example.org/v1/alentour.js'></script>";
    let at = |policies: &[&str], before: &str| {
        found_at("https://example.org/", &format!("{before}{tag}"), policies)
    };
    assert_eq!(at(&["script-src 'self'"], ""), "tag policy_script");
    assert_eq!(at(&["script-src https:; connect-src 'self'"], ""), "tag policy_wasm policy_connect");
    assert_eq!(
        at(&[], "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">"),
        "tag policy_script"
    );
    assert_eq!(found_at("http://example.org/", tag, &[]), "tag insecure");
}

#[test]
fn whatever_a_page_has_is_looked_at_within_bounds() {
    let tags =
        "<script src=/v1/alentour.js data-radius=loin data-kinds=x></script><alentour-widget raduis=1>"
            .repeat(5000);
    let findings = look(
        &Page {
            bytes: tags.into(),
            address: "https://example.org/".into(),
            policies: Vec::new(),
            is_html: true,
        },
        SERVER,
    );
    assert!(findings.all.len() < 31 && findings.places.len() < 11);
    for odd in [
        "",
        "<",
        "<a",
        "<script",
        "</",
        "<!--",
        "\u{0}",
        "<alentour-widget",
        "<iframe src=https://agir.example.org>",
    ] {
        found(odd);
    }
}
