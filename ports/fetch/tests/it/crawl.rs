use std::collections::BTreeMap;
use std::time::Duration;

use fetch::crawl::{Crawl, End, Limits, Reason, Visit, crawl};
use fetch::{Caps, FetchError, Fetcher, Page, Policy};
use reqwest::Client;
use simulator::{Options, Simulator};
use url::Url;

use crate::server::{Server, answer};

/// The shop's site, and a client that may read it.
struct Story {
    sim: Simulator,
    fetcher: Fetcher,
    http: Client,
}

impl Story {
    async fn start() -> Self {
        let sim = Simulator::start(Options::empty()).await.unwrap();
        let allow = vec![sim.address().to_string().parse().unwrap()];
        Self {
            sim,
            fetcher: Fetcher::new(Policy { allow }).unwrap(),
            http: Client::builder().no_proxy().build().unwrap(),
        }
    }

    fn url(&self, path: &str) -> Url {
        format!("{}{path}", self.sim.site_url()).parse().unwrap()
    }

    /// Crawls from a path below `/site/`.
    async fn crawl(&self, path: &str, limits: &Limits) -> (Found, End) {
        let (visits, end) = crawl(&self.fetcher, self.url(path), limits, links).await;
        (self.found(visits), end)
    }

    /// Every path below `/site/` with what it came to.
    fn found(&self, visits: Vec<Visit>) -> Found {
        let mut found = Found::default();
        for visit in visits {
            let (url, said) = match visit {
                Visit::Page(page) => {
                    let kind = page.media_type().unwrap_or_default();
                    let path = self.path(&page.url);
                    found.pages.insert(path, page.clone());
                    (page.url, kind)
                }
                Visit::Unchanged(url) => (url, "unchanged".to_owned()),
                Visit::LeftOut { url, reason } => (url, left_out(&reason).to_owned()),
            };
            let path = self.path(&url);
            let before = found.said.insert(path.clone(), said);
            assert_eq!(before, None, "{path} was visited twice");
        }
        found
    }

    fn path(&self, url: &Url) -> String {
        let site = self.sim.site_url();
        url.as_str()
            .strip_prefix(&site)
            .unwrap_or(url.as_str())
            .to_owned()
    }

    async fn change(&self, path: &str, html: Option<&str>) {
        let url = format!("{}/_sandbox/site/{path}", self.sim.url());
        let call = match html {
            Some(html) => self.http.put(url).body(html.to_owned()),
            None => self.http.delete(url),
        };
        call.send().await.unwrap().error_for_status().unwrap();
    }
}

#[derive(Default)]
struct Found {
    said: BTreeMap<String, String>,
    pages: BTreeMap<String, Page>,
}

impl Found {
    fn said(&self, path: &str) -> Option<&str> {
        self.said.get(path).map(String::as_str)
    }
}

fn left_out(reason: &Reason) -> &str {
    match reason {
        Reason::Robots => "robots",
        Reason::OtherSite(_) => "other site",
        Reason::Kind(_) => "kind",
        Reason::Failed(error) => error.class(),
    }
}

/// What stands in `href`, which is enough for these pages.
fn links(page: &Page) -> Vec<Url> {
    let html = String::from_utf8_lossy(&page.body);
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| page.url.join(rest.split('"').next()?).ok())
        .collect()
}

/// Quick, and four links deep.
fn quick() -> Limits {
    Limits {
        delay: Duration::ZERO,
        depth: 4,
        ..Limits::default()
    }
}

#[tokio::test]
async fn a_shops_site_is_read_once_and_nothing_beside_it() {
    let story = Story::start().await;
    let (found, end) = story.crawl("", &quick()).await;
    assert_eq!(end, End::Complete);
    let said: Vec<_> = found
        .said
        .iter()
        .map(|(path, said)| (path.as_str(), said.as_str()))
        .collect();
    let html = "text/html";
    assert_eq!(
        said,
        [
            ("", html),
            ("calendar/1", html),
            ("calendar/2", html),
            ("calendar/3", html),
            ("calendar/4", html),
            ("delivery", html),
            ("fr/", html),
            ("fr/ateliers", html),
            ("glazes.pdf", "application/pdf"),
            ("kiln.md", "text/markdown"),
            ("lost", "status"),
            ("staff/rota", "robots"),
            ("unlinked", html),
            ("wholesale", html),
            ("workshops", html),
        ]
    );
    let page = &found.pages["fr/ateliers"];
    assert!(String::from_utf8_lossy(&page.body).contains("Cours de poterie"));
    assert!(page.validators.etag.is_some() && page.validators.last_modified.is_some());
}

#[tokio::test]
async fn without_the_sites_own_list_only_what_is_linked_is_found() {
    let story = Story::start().await;
    let limits = Limits {
        sitemap: false,
        ..quick()
    };
    let (found, _) = story.crawl("", &limits).await;
    assert_eq!(found.said("unlinked"), None);
    assert_eq!(found.said("workshops"), Some("text/html"));
    let one = Limits { depth: 0, ..limits };
    let (found, end) = story.crawl("delivery", &one).await;
    assert_eq!((found.said.len(), end), (1, End::Complete));
}

#[tokio::test]
async fn a_later_crawl_takes_only_what_changed_and_tells_what_went() {
    let story = Story::start().await;
    let (first, _) = story.crawl("", &quick()).await;
    story.change("workshops", Some("<h1>New prices</h1>")).await;
    story.change("wholesale", None).await;
    story.change("gifts", Some("<h1>Gift cards</h1>")).await;
    let known = first
        .pages
        .into_values()
        .map(|page| (page.url, page.validators));
    let mut crawl = Crawl::new(&story.fetcher, story.url(""), quick()).knowing(known);
    let mut visits = Vec::new();
    while let Some(visit) = crawl.next().await {
        visits.push(visit);
    }
    let second = story.found(visits);
    let mut changed: Vec<_> = second.pages.keys().collect();
    changed.sort();
    assert_eq!(changed, ["gifts", "workshops"]);
    assert_eq!(second.said("wholesale"), Some("status"));
    for known in [
        "",
        "delivery",
        "fr/ateliers",
        "unlinked",
        "calendar/4",
        "glazes.pdf",
    ] {
        assert_eq!(second.said(known), Some("unchanged"), "{known}");
    }
}

#[tokio::test]
async fn a_crawl_stops_at_each_of_its_limits() {
    let story = Story::start().await;
    let (found, end) = story
        .crawl(
            "",
            &Limits {
                pages: 3,
                ..quick()
            },
        )
        .await;
    assert_eq!((found.pages.len(), end), (3, End::Pages));
    let (found, end) = story
        .crawl(
            "",
            &Limits {
                bytes: 1,
                ..quick()
            },
        )
        .await;
    assert_eq!((found.pages.len(), end), (1, End::Bytes));
    let slow = Limits {
        time: Duration::from_millis(300),
        delay: Duration::from_mins(1),
        ..quick()
    };
    let (found, end) = story.crawl("", &slow).await;
    assert_eq!((found.pages.len(), end), (0, End::Time));
}

#[tokio::test]
async fn a_start_that_leads_elsewhere_on_the_site_begins_there() {
    let story = Story::start().await;
    let (found, end) = story
        .crawl(
            "old-delivery",
            &Limits {
                depth: 0,
                sitemap: false,
                ..quick()
            },
        )
        .await;
    assert_eq!(found.said("delivery"), Some("text/html"));
    assert_eq!((found.said.len(), end), (1, End::Complete));
}

#[tokio::test]
async fn hostile_starts_are_told_by_what_is_wrong_with_them() {
    let story = Story::start().await;
    let limits = Limits {
        page: Caps {
            body: 100_000,
            time: Duration::from_secs(2),
        },
        ..quick()
    };
    for (path, said_of, class) in [
        ("hostile/loopback", "http://127.0.0.1/", "refused_address"),
        ("hostile/decimal", "http://127.0.0.1/", "refused_address"),
        ("hostile/name", "http://localhost/", "refused_address"),
        (
            "hostile/metadata",
            "http://169.254.169.254/latest/meta-data/",
            "refused_address",
        ),
        ("hostile/file", "file:///etc/passwd", "not_http"),
        ("hostile/drip", "hostile/drip", "too_slow"),
        ("hostile/endless", "hostile/endless", "too_large"),
        ("circle", "circle/on", "too_many_redirects"),
        ("staff/rota", "staff/rota", "robots"),
        ("vase.png", "vase.png", "kind"),
        ("lost", "lost", "status"),
    ] {
        let (found, end) = story.crawl(path, &limits).await;
        assert_eq!(end, End::Complete, "{path}");
        assert_eq!(found.said(said_of), Some(class), "{path}: {:?}", found.said);
        assert!(found.pages.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_page_of_the_site_that_leads_to_another_is_left_out() {
    let story = Story::start().await;
    let page = "<a href=\"hostile/elsewhere\">a</a><a href=\"hostile/loopback\">b</a>";
    story.change("leads", Some(page)).await;
    let limits = Limits {
        sitemap: false,
        ..quick()
    };
    let (found, _) = story.crawl("leads", &limits).await;
    assert_eq!(found.said("hostile/elsewhere"), Some("other site"));
    assert_eq!(found.said("hostile/loopback"), Some("other site"));
}

/// A server on which `robots.txt` is this and everything else a page.
async fn robots(status: &'static str, text: &'static str) -> Server {
    Server::on("127.0.0.1", move |mut stream, path| {
        let all = match path.as_str() {
            "/robots.txt" => answer(status, &[], text.as_bytes()),
            _ => answer("200 OK", &[("Content-Type", "text/html")], b"<p>page"),
        };
        Box::pin(async move { tokio::io::AsyncWriteExt::write_all(&mut stream, &all).await })
    })
    .await
}

#[tokio::test]
async fn a_site_whose_wishes_can_not_be_had_is_not_read_and_one_without_any_is() {
    for (status, expected) in [
        ("404 Not Found", "text/html"),
        ("403 Forbidden", "text/html"),
        ("429 Too Many Requests", "status"),
        ("503 Service Unavailable", "status"),
    ] {
        let server = robots(status, "").await;
        let (visits, _) = crawl(&server.fetcher(), server.url("/"), &quick(), links).await;
        let said = match visits.first() {
            Some(Visit::Page(page)) => page.media_type(),
            Some(Visit::LeftOut { reason, .. }) => Some(left_out(reason).to_owned()),
            _ => None,
        };
        assert_eq!(said.as_deref(), Some(expected), "{status}");
    }
}

#[tokio::test]
async fn a_site_is_asked_for_its_wishes_before_anything_else_and_once() {
    let server = robots("200 OK", "User-agent: *\nDisallow: /private").await;
    let start = server.url("/");
    let lead = |page: &Page| {
        ["/a", "/private/b", "/c"]
            .map(|path| page.url.join(path).unwrap())
            .to_vec()
    };
    let limits = Limits {
        sitemap: false,
        ..quick()
    };
    crawl(&server.fetcher(), start, &limits, lead).await;
    let paths: Vec<_> = server
        .heads()
        .iter()
        .filter_map(|head| head.split(' ').nth(1).map(str::to_owned))
        .collect();
    assert_eq!(paths, ["/robots.txt", "/", "/a", "/c"]);
}

#[tokio::test]
async fn a_site_that_only_fails_is_left_alone() {
    let server = Server::on("127.0.0.1", |mut stream, path| {
        let all = match path.as_str() {
            "/" => answer("200 OK", &[("Content-Type", "text/html")], b"<p>page"),
            "/robots.txt" => answer("404 Not Found", &[], b""),
            _ => answer("503 Service Unavailable", &[], b""),
        };
        Box::pin(async move { tokio::io::AsyncWriteExt::write_all(&mut stream, &all).await })
    })
    .await;
    let many = |page: &Page| {
        (0..20)
            .map(|n| page.url.join(&format!("/{n}")).unwrap())
            .collect()
    };
    let limits = Limits {
        sitemap: false,
        ..quick()
    };
    let (visits, end) = crawl(&server.fetcher(), server.url("/"), &limits, many).await;
    assert_eq!((visits.len(), end), (6, End::Unwell));
    let last = visits.last().unwrap();
    let reason = Reason::Failed(FetchError::Status(503));
    assert!(matches!(last, Visit::LeftOut { reason: said, .. } if *said == reason));
}

#[tokio::test]
async fn progress_is_told_while_a_crawl_goes_on() {
    let story = Story::start().await;
    let mut crawl = Crawl::new(
        &story.fetcher,
        story.url(""),
        Limits {
            sitemap: false,
            ..quick()
        },
    );
    assert_eq!(crawl.progress().waiting, 1);
    let Some(Visit::Page(page)) = crawl.next().await else {
        unreachable!("the front page is there");
    };
    crawl.follow(&page.url, links(&page));
    let progress = crawl.progress();
    assert_eq!((progress.read, progress.bytes), (1, page.body.len()));
    assert!(progress.waiting > 5 && crawl.end().is_none());
}
