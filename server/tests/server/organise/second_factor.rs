//! A second factor: turned on, asked, and turned off.

use alentour_server::store::{SignIn, random_token};
use totp_rs::{Builder, Secret, Totp};

use super::{Browser, account};
use crate::app::App;
use crate::mailbox::MailServer;
use crate::outbox::{mailing, now};

/// What a telephone has made of the key on the page.
fn telephone(page: &str) -> Totp {
    let (_, rest) = page.split_once("<dd dir=\"ltr\"><code>").unwrap();
    let shared = Secret::try_from_base32(rest.split('<').next().unwrap()).unwrap();
    Builder::new().with_secret(shared).build().unwrap()
}

/// Its code, `steps` half minutes from now.
fn code(telephone: &Totp, steps: i64) -> String {
    telephone.generate((now() + 30 * steps).unsigned_abs()).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_once_a_telephone_has_shown_that_it_has_it() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let asha = account(&app, "asha@example.org", false).await;
    let mut browser = Browser::new(&app);
    browser.enter(&app, &asha).await;
    let begun = browser.submit("/organise/account", "action=second").await;
    assert!(begun.body.contains("<svg") && begun.body.contains("otpauth").eq(&false), "{}", begun.body);
    let telephone = telephone(&begun.body);

    // Until a code has come nothing is asked: whoever scanned the wrong thing is not locked out.
    let mut other = Browser::new(&app);
    other.enter(&app, &asha).await;
    let wrong = browser.submit("/organise/account", "action=second-on&code=000000").await;
    assert_eq!(wrong.status, 422);
    let on =
        browser.submit("/organise/account", &format!("action=second-on&code={}", code(&telephone, 0))).await;
    let recovery: Vec<String> =
        on.body.split("<li><code>").skip(1).map(|rest| rest[..10].to_owned()).collect();
    assert_eq!(recovery.len(), 10, "{}", on.body);
    let account_page = browser.get("/organise/account").await.body;
    assert!(account_page.contains("10 codes de secours") && !account_page.contains(&recovery[0]));

    // A link alone signs nobody in, and is not used up by what is wrong.
    let token = random_token().unwrap();
    let hash = app.store.secret().token_hash(&token);
    app.store.create_sign_in_link(&hash, &asha.account_h, now() + 900).await.unwrap();
    let link = format!("/organise/in/{token}");
    let mut thief = Browser::new(&app);
    assert!(thief.get(&link).await.body.contains(r#"name="code""#));
    for given in ["", "code=123", &format!("code={}", code(&telephone, 0))] {
        let refused = thief.submit(&link, given).await;
        assert!(
            refused.cookie.is_none() && [200, 422].contains(&refused.status),
            "{given}: {}",
            refused.status
        );
    }
    let entered = thief.submit(&link, &format!("code={}", code(&telephone, 1))).await;
    assert_eq!(entered.status, 303, "{}", entered.body);

    // A code to fall back on does, too, once; then it is turned off by another one.
    app.store.create_sign_in_link(&[7; 32], &asha.account_h, now() + 900).await.unwrap();
    let enter = |code: String| {
        let store = app.store.clone();
        async move { store.sign_in(&[7; 32], &[8; 32], &code, now(), now() + 9).await.unwrap() }
    };
    assert_eq!(enter(recovery[0].clone()).await, SignIn::Now);
    app.store.create_sign_in_link(&[9; 32], &asha.account_h, now() + 900).await.unwrap();
    let again = app.store.sign_in(&[9; 32], &[1; 32], &recovery[0], now(), now() + 9).await.unwrap();
    assert_eq!(again, SignIn::WrongCode);
    let kept = browser.submit("/organise/account", "action=second-off&code=000000").await;
    assert_eq!(kept.status, 422);
    let off = browser.submit("/organise/account", &format!("action=second-off&code={}", recovery[1])).await;
    assert_eq!(off.status, 303);
    assert!(browser.get("/organise/account").await.body.contains("Activer un second facteur"));
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_tried_one_after_the_other() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let asha = account(&app, "asha@example.org", false).await;
    let mut browser = Browser::new(&app);
    browser.enter(&app, &asha).await;
    let telephone = telephone(&browser.submit("/organise/account", "action=second").await.body);
    browser.submit("/organise/account", &format!("action=second-on&code={}", code(&telephone, 0))).await;
    // Whoever presses the button alone has tried none.
    for number in 100..115_u8 {
        app.store.create_sign_in_link(&[number; 32], &asha.account_h, now() + 900).await.unwrap();
        let pressed = app.store.sign_in(&[number; 32], &[1; 32], "", now(), now() + 9).await.unwrap();
        assert_eq!(pressed, SignIn::WrongCode);
    }
    let off =
        browser.submit("/organise/account", &format!("action=second-off&code={}", code(&telephone, 1))).await;
    assert_eq!(off.status, 303);
    let telephone = self::telephone(&browser.submit("/organise/account", "action=second").await.body);
    browser.submit("/organise/account", &format!("action=second-on&code={}", code(&telephone, 0))).await;
    // Over as many links as one likes, and on the page of who is signed in.
    for number in 0..10_u8 {
        let hash = [number + 1; 32];
        app.store.create_sign_in_link(&hash, &asha.account_h, now() + 900).await.unwrap();
        let tried = app.store.sign_in(&hash, &[1; 32], "000000", now(), now() + 9).await.unwrap();
        assert_eq!(tried, SignIn::WrongCode);
    }
    let good = code(&telephone, 1);
    app.store.create_sign_in_link(&[99; 32], &asha.account_h, now() + 9000).await.unwrap();
    let locked = app.store.sign_in(&[99; 32], &[1; 32], &good, now(), now() + 9).await.unwrap();
    assert_eq!(locked, SignIn::WrongCode);
    let kept = browser.submit("/organise/account", &format!("action=second-off&code={good}")).await;
    assert_eq!(kept.status, 422);
}
