//! The same in a browser without scripts: forms and a cookie.

use reqwest::{Client, Method, Response, StatusCode, header, redirect};

use super::person::{PASSWORD, register};
use crate::story::Story;

/// A browser that follows no redirect by itself.
struct Browser<'a> {
    story: &'a Story,
    http: Client,
    cookie: String,
}

impl<'a> Browser<'a> {
    fn open(story: &'a Story) -> Self {
        let http = Client::builder().redirect(redirect::Policy::none());
        Self {
            story,
            http: http.build().unwrap(),
            cookie: String::new(),
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, &str)],
        site: &str,
    ) -> Response {
        let address = format!("{}{path}", self.story.url);
        let request = self.http.request(method.clone(), address);
        let mut request = request
            .header("Accept", "text/html")
            .header("Sec-Fetch-Site", site)
            .header(header::COOKIE, &self.cookie);
        if method == Method::POST {
            request = request.form(form);
        }
        request.send().await.unwrap()
    }

    async fn open_page(&self, path: &str) -> Response {
        self.send(Method::GET, path, &[], "same-origin").await
    }

    async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.send(Method::POST, path, form, "same-origin").await
    }

    async fn sign_in(&mut self, email: &str) {
        let form = [
            ("email", email),
            ("password", PASSWORD),
            ("next", "/account"),
        ];
        let answer = self.submit("/sign-in", &form).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }
}

fn leads_to(answer: &Response) -> &str {
    answer.headers()[header::LOCATION].to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_signs_in_by_a_form_and_its_cookie_dies_with_the_session() {
    let story = Story::begin().await;
    register(&story, "noor@studio.test").await;
    let mut browser = Browser::open(&story);
    let stranger = browser.open_page("/account").await;
    assert!(stranger.status().is_redirection());
    assert!(
        leads_to(&stranger).starts_with("/sign-in"),
        "{}",
        leads_to(&stranger)
    );
    let wrong = [
        ("email", "noor@studio.test"),
        ("password", "another password"),
    ];
    let refused = browser.submit("/sign-in", &wrong).await;
    assert!(refused.status().is_client_error());
    assert!(refused.headers().get(header::SET_COOKIE).is_none());

    browser.sign_in("noor@studio.test").await;
    let account = browser.open_page("/account").await;
    assert_eq!(account.status(), StatusCode::OK);
    assert!(account.text().await.unwrap().contains("Noor Haddad"));
    // Another site can't make this browser do anything.
    let forged = browser
        .send(Method::POST, "/sign-out", &[], "cross-site")
        .await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    assert_eq!(browser.open_page("/account").await.status(), StatusCode::OK);

    let out = browser.submit("/sign-out", &[]).await;
    assert!(out.status().is_redirection());
    let after = browser.open_page("/account").await;
    assert!(after.status().is_redirection(), "the cookie still works");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_by_mail_leads_to_the_form_for_a_new_password() {
    let story = Story::begin().await;
    register(&story, "noor@studio.test").await;
    let browser = Browser::open(&story);
    let sent = browser
        .submit("/forgot", &[("email", "noor@studio.test")])
        .await;
    assert_eq!(sent.status(), StatusCode::OK);
    let link = story.mailed_link("noor@studio.test").await;
    let token = link.rsplit("token=").next().unwrap();
    let form = browser.open_page(&format!("/reset?token={token}")).await;
    assert!(form.text().await.unwrap().contains("name=\"password\""));
    let reset = [("token", token), ("password", "the next password")];
    let done = browser.submit("/reset", &reset).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    let used = browser.open_page(&format!("/reset?token={token}")).await;
    assert!(!used.text().await.unwrap().contains("name=\"password\""));
    story.end().await;
}
