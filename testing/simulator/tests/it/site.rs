use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use simulator::{Options, Simulator};

struct Visitor {
    sim: Simulator,
    http: Client,
}

impl Visitor {
    async fn start() -> Self {
        let http = Client::builder().no_proxy().redirect(Policy::none());
        Self {
            sim: Simulator::start(Options::empty()).await.unwrap(),
            http: http.build().unwrap(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sim.url())
    }

    async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn robots_txt_leads_to_a_list_whose_pages_are_all_there() {
    let visitor = Visitor::start().await;
    let robots = visitor.text("/robots.txt").await;
    assert!(robots.contains("Allow: /site/\nDisallow: /site/staff/\n"));
    let list = visitor.url("/site/sitemap.xml");
    assert!(robots.contains(&format!("Sitemap: {list}\n")));
    let list = visitor.text("/site/sitemap.xml").await;
    let pages: Vec<&str> = list
        .split("<loc>")
        .skip(1)
        .map(|rest| rest.split("</loc>").next().unwrap())
        .collect();
    assert_eq!(pages.len(), 8);
    for page in pages {
        let answer = visitor.http.get(page).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{page}");
    }
}

#[tokio::test]
async fn a_known_version_is_not_sent_again_until_the_page_changes_or_goes() {
    let visitor = Visitor::start().await;
    let url = visitor.url("/site/delivery");
    let first = visitor.get("/site/delivery").await;
    let tag = header(&first, ETAG.as_str()).to_owned();
    let date = header(&first, LAST_MODIFIED.as_str()).to_owned();
    let again = async |name, value: &str| {
        let asked = visitor.http.get(&url).header(name, value);
        asked.send().await.unwrap().status().as_u16()
    };
    assert_eq!(again(IF_NONE_MATCH, &tag).await, 304);
    assert_eq!(again(IF_MODIFIED_SINCE, &date).await, 304);
    let control = visitor.url("/_sandbox/site/delivery");
    let new = visitor.http.put(&control).body("<h1>New</h1>");
    assert_eq!(new.send().await.unwrap().status(), 200);
    assert_eq!(again(IF_NONE_MATCH, &tag).await, 200);
    assert_eq!(visitor.text("/site/delivery").await, "<h1>New</h1>");
    visitor.http.delete(&control).send().await.unwrap();
    assert_eq!(again(IF_NONE_MATCH, &tag).await, 404);
    assert!(!visitor.text("/site/sitemap.xml").await.contains("delivery"));
    let reset = visitor.url("/_sandbox/reset");
    visitor.http.post(reset).send().await.unwrap();
    assert_eq!(again(IF_NONE_MATCH, &tag).await, 304);
}

#[tokio::test]
async fn redirects_lead_where_they_are_meant_to() {
    let visitor = Visitor::start().await;
    for (path, target) in [
        ("/site", "/site/"),
        ("/site/old-delivery", "/site/delivery"),
        ("/site/circle", "/site/circle/on"),
        ("/site/circle/on", "/site/circle"),
        ("/site/hostile/loopback", "http://127.0.0.1/"),
        (
            "/site/hostile/metadata",
            "http://169.254.169.254/latest/meta-data/",
        ),
    ] {
        let answer = visitor.get(path).await;
        assert!(answer.status().is_redirection(), "{path}");
        assert_eq!(header(&answer, LOCATION.as_str()), target, "{path}");
    }
    assert_eq!(visitor.get("/site/hostile/unknown").await.status(), 404);
}
