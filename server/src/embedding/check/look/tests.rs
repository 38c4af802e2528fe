//! Pages, and what is seen in them.

use super::*;

/// A server with two versions, one of which is its own.
fn server() -> Server {
    Server {
        address: "https://agir.example.org".into(),
        versions: vec!["0.0.9".into()],
        hash: Some("sha384-own".into()),
        ancestors: None,
    }
}

fn found_at(address: &str, html: &str, policies: &[&str]) -> String {
    let page = Page {
        bytes: html.into(),
        address: address.to_owned(),
        policies: policies.iter().map(|policy| (*policy).to_owned()).collect(),
        is_html: true,
    };
    let keys: Vec<_> = look(&page, &server()).all.into_iter().map(|finding| finding.key).collect();
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
        (format!("<p>a</p>{tag}{tag}"), "tags twice"),
        (format!("<head></head>{tag}"), "tag"),
        (format!("<head>{tag}</head><body>{element}"), "tag element"),
        (format!("<body>{element}"), "element element_alone"),
        ("<head><script src='https://agir.example.org/v1/alentour.js?target=%23a&amp;place=Lyon'></script></head><div id=a>".into(), "tag"),
        ("<head><script src='https://agir.example.org/v1/alentour.js' data-target='#a'></script></head><div id=b>".into(), "tag target"),
        ("<body><iframe src='https://agir.example.org/frame?lang=fr'></iframe>".into(), "frame"),
        ("<body><iframe src='https://agir.example.org/i/a/embed'></iframe>".into(), "card"),
        (format!("<body><p>{}", "texte ".repeat(60)), "nothing"),
        ("<body><p>&lt;script async src=\"https://agir.example.org/v1/alentour.js\"&gt;".into(), "written"),
        ("<body><p class=alentour-fallback><a href='https://agir.example.org/near?lang=fr'>a</a>".into(), "links_only"),
        ("<body><div id=root></div><script src=/app.js></script>".into(), "scripts"),
        ("<body><form><input type=password></form>".into(), "sign_in"),
        ("<body><script src='https://agir.example.org/v0.0.9/alentour.js'></script>".into(), "tag version"),
        ("<body><script src='https://agir.example.org/v1/alentour.js?place=1&amp;amp;lang=fr'></script>".into(), "tag amp"),
        ("<body><script integrity=a crossorigin src='https://agir.example.org/v1/alentour.js?lang=fr'></script>".into(), "tag integrity"),
        ("<body><script src='http://agir.example.org/v1/alentour.js'></script>".into(), "tag mixed"),
        ("<body><script src='https://other.example/v1/alentour.js'></script>".into(), "tag other_server"),
        ("<body><script src='https://agir.example.org/v1/alentour.js' data-raduis=1 data-radius=loin></script>".into(), "tag value misspelt"),
    ] {
        let expected = if expected == "head" { "tag head" } else { expected };
        assert_eq!(found(&html), expected, "{html}");
    }
}

/// What is not seen may be right all the same: nothing is said to be gone that a script can bring.
#[test]
fn what_a_script_may_bring_is_not_said_to_be_gone() {
    let links = "<p class=alentour-fallback><a href='https://agir.example.org/near?lang=fr'>a</a></p>";
    let tag = "<script src='https://agir.example.org/v1/alentour.js' data-place=69007></script>";
    let text = "texte ".repeat(60);
    for (html, expected) in [
        // MediaWiki, and a tag manager.
        ("<div id=alentour data-place=69007><a href='https://agir.example.org/near'>a</a></div><script src=/load.php></script>".into(), "container"),
        ("<div id=alentour></div><script>(function(w,d){})('gtm.js')</script>".into(), "container"),
        ("<div id=alentour></div>".into(), "element_alone"),
        // An author's link, and a bundle.
        (format!("<p>{text}<a href='https://agir.example.org/near?place=69007'>a</a><script src=/all.js></script>"), "link"),
        (format!("{links}<script src=/all.js></script>"), "links_scripts"),
        (format!("{links}<script type=application/ld+json>{{}}</script>"), "links_only"),
        ("<alentour-widget></alentour-widget><script src=/app.js></script>".into(), "element element_scripts"),
        ("<body><script>var a = '/v1/alentour.js'</script>".into(), "named"),
        // A plugin that is not there.
        ("<p>[alentour place=\"69007\" lang=\"fr\"]</p>".into(), "shortcode"),
        ("<p>{{alentour&gt;69007?lang=fr|Toutes}}</p>".into(), "shortcode"),
        (format!("<p>[alentours] {text}"), "nothing"),
        // Where it lies.
        (format!("<body><!-- {tag} --><p>{text}"), "inert"),
        (format!("<template>{tag}</template>"), "inert"),
        ("<template><div id=a></div></template><script src='https://agir.example.org/v1/alentour.js' data-target='#a'></script>".into(), "tag"),
        (format!("<template shadowrootmode=open>{tag}</template>"), "tag"),
        (format!("<template><p></p></template>{tag}"), "tag"),
        (format!("<noscript>{tag}</noscript>"), "inert"),
        // Who is asked for a password beside a whole page.
        (format!("<p>{text}<form><input type=password></form>"), "nothing"),
    ] {
        assert_eq!(found(&format!("<body>{html}")), expected, "{html}");
    }
    assert_eq!(found_at("https://agir.example.org/near", &text, &[]), "own");
}

#[test]
fn a_tag_that_does_not_run_is_not_well() {
    let own = "https://agir.example.org";
    for (script, expected) in [
        (format!("type=text/plain data-src={own}/v1/alentour.js"), "held"),
        (format!("type=rocketlazyloadscript data-rocket-src={own}/v1/alentour.js"), "held"),
        (format!("type=0a1b-text/javascript src={own}/v1/alentour.js"), "tag"),
        (format!("src={own}/v2/alentour.js"), "tag address"),
        (format!("src={own}/v1/alentours.js"), "tag address"),
        (format!("src={own}/v0.0.1/alentour.js"), "tag version_gone"),
        (format!("crossorigin integrity=sha384-x src={own}/v1/alentour.js"), "tag integrity_wrong"),
        (format!("crossorigin integrity=sha384-own src={own}/v1/alentour.js"), "tag integrity_unpinned"),
        (
            format!("crossorigin integrity=sha384-own src={own}/v{}/alentour.js", env!("CARGO_PKG_VERSION")),
            "tag",
        ),
        (
            format!("integrity=sha384-own src={own}/v{}/alentour.js", env!("CARGO_PKG_VERSION")),
            "tag integrity_cors",
        ),
        (format!("crossorigin integrity=sha384-old src={own}/v0.0.9/alentour.js"), "tag version"),
        (format!("src=”{own}/v1/alentour.js” data-place=”69007”"), "tag quotes"),
        (format!("src={own}/v1/alentour.js data-place=”69007″"), "tag quotes"),
        (format!("src={own}/v1/alentour.js data-only"), "tag only_alone"),
        (format!("src={own}/v1/alentour.js data-lieu=69007 data-rayon=5"), "tag misspelt misspelt"),
        (format!("src={own}/v1/alentour.js?palce=69007"), "tag misspelt"),
    ] {
        assert_eq!(found(&format!("<body><script {script}></script>")), expected, "{script}");
    }
    let tag = |more: &str| format!("<script src={own}/v1/alentour.js {more}></script>");
    for (html, expected) in [
        // One that says nothing gives way, and one element takes one list.
        (tag("").repeat(2), "tags"),
        (tag("data-place=Lyon data-target='#a'").repeat(2) + "<div id=a>", "tags"),
        (tag("data-place=Lyon").repeat(2), "tags twice"),
        (tag("data-place=Lyon") + &tag("data-place=Metz"), "tags"),
        (tag("") + "<alentour-action>", "tag element action_alone"),
        (tag("") + "<alentour-action open=a>", "tag element"),
    ] {
        assert_eq!(found(&format!("<body>{html}")), expected, "{html}");
    }
}

#[test]
fn a_frame_is_examined_as_the_tag_is() {
    let own = "https://agir.example.org";
    for (frame, expected) in [
        (format!("src='{own}/frame?place=69007&amp;lang=fr'"), "frame"),
        (
            format!("src='{own}/frame?palce=69007&amp;radius=loin&amp;kind=petition'"),
            "frame misspelt value misspelt",
        ),
        (format!("src='{own}/frame?only=true'"), "frame only_alone"),
        (format!("sandbox=allow-scripts src={own}/frame"), "frame sandbox"),
        (
            format!("sandbox='allow-same-origin allow-scripts allow-popups allow-forms' src={own}/frame"),
            "frame",
        ),
        (format!("sandbox=allow-scripts src={own}/i/a/embed"), "card"),
        (format!("data-src={own}/frame src=about:blank"), "frame_held"),
        (format!("sandbox=allow-scripts data-src={own}/embed"), "frame_held"),
        (format!("src={own}/near?place=69007"), "frame_page"),
        (format!("src={own}/i/a"), "frame_page"),
        ("src=https://other.example/frame?place=69007".into(), "frame_elsewhere"),
        ("src=http://agir.example.org/frame".into(), "frame frame_mixed"),
    ] {
        assert_eq!(found(&format!("<body><iframe {frame}></iframe>")), expected, "{frame}");
    }
    let frame = format!("<body><iframe src={own}/frame></iframe>");
    assert_eq!(found_at("https://example.org/", &frame, &["frame-src 'self'"]), "frame policy_frame");
    let page = Page {
        bytes: frame.into(),
        address: "https://example.org/".into(),
        policies: Vec::new(),
        is_html: true,
    };
    for (ancestors, expected) in [("https://example.org", 1), ("https://other.example", 2), ("'none'", 2)] {
        let server = Server { ancestors: Some(ancestors.into()), ..server() };
        assert_eq!(look(&page, &server).all.len(), expected, "{ancestors}");
    }
    let of_page = format!("<body><iframe src='{own}/i/a%2Fb?lang=fr'></iframe>");
    let page = Page { bytes: of_page.into(), ..page };
    assert_eq!(look(&page, &server()).all[0].line, format!("{own}/frame?open=a%2Fb&only=true&lang=fr"));
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
        &server(),
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
