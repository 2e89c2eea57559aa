//! A browser window, and words for what a person does in it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::error::{WebDriverError, WebDriverErrorInner};
use thirtyfour::{By, Capabilities, Key, WebDriver, WebElement};

use crate::story::Story;

/// How long a page may need to show something before it counts as missing.
const PATIENCE: Duration = Duration::from_mins(1);

/// How wide a window is, in CSS pixels.
pub const WIDE: (u32, u32) = (1440, 900);
/// A phone.
pub const PHONE: (u32, u32) = (390, 844);

/// One Chromium with a profile of its own, and its driver.
pub struct Window {
    pub driver: WebDriver,
    server: String,
    base: String,
    http: reqwest::Client,
    service: Child,
    /// Kept open for whatever the driver says later.
    _said: BufReader<ChildStdout>,
    _profile: tempfile::TempDir,
}

/// Whether the page renewed or moved an element before it was used.
fn is_stale(error: &WebDriverError) -> bool {
    use WebDriverErrorInner as Why;
    matches!(
        error.as_inner(),
        Why::StaleElementReference(_)
            | Why::ElementClickIntercepted(_)
            | Why::ElementNotInteractable(_)
    )
}

/// The port that the driver chose and says.
fn port_of(said: &mut impl BufRead) -> u16 {
    for line in said.lines() {
        let line = line.unwrap();
        let port = line.strip_prefix("ChromeDriver was started successfully on port ");
        if let Some(port) = port {
            return port.trim_end_matches('.').parse().unwrap();
        }
    }
    panic!("chromedriver ended before it listened");
}

impl Window {
    /// Opens a window on the product.
    pub async fn open(story: &Story) -> Self {
        Self::with(story, json!({})).await
    }

    /// The same without JavaScript.
    pub async fn without_scripts(story: &Story) -> Self {
        Self::with(
            story,
            json!({ "profile.managed_default_content_settings.javascript": 2 }),
        )
        .await
    }

    async fn with(story: &Story, preferences: Value) -> Self {
        let mut service = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed (cargo xtask test does it on Debian)");
        let mut said = BufReader::new(service.stdout.take().unwrap());
        let server = format!("http://127.0.0.1:{}", port_of(&mut said));
        let profile = tempfile::tempdir().unwrap();
        let options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-quic", "--lang=en-GB", "--hide-scrollbars",
                format!("--user-data-dir={}", profile.path().display()),
            ],
            "prefs": preferences,
        });
        let mut wanted = Capabilities::new();
        wanted.set("browserName", "chrome").unwrap();
        wanted.set("goog:chromeOptions", options).unwrap();
        wanted
            .set("goog:loggingPrefs", json!({ "browser": "ALL" }))
            .unwrap();
        let http = reqwest::Client::new();
        let began = tokio::time::Instant::now();
        while http.get(format!("{server}/status")).send().await.is_err() {
            assert!(began.elapsed() < PATIENCE, "chromedriver does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let driver = WebDriver::new(&server, wanted).await.unwrap();
        let window = Self {
            driver,
            server,
            base: story.url.clone(),
            http,
            service,
            _said: said,
            _profile: profile,
        };
        window.resize(WIDE).await;
        window
    }

    /// One of Chromium's own commands.
    async fn chromium(&self, command: &str, parameters: Value) {
        let session = self.driver.session_id();
        let address = format!("{}/session/{session}/goog/cdp/execute", self.server);
        let body = json!({ "cmd": command, "params": parameters });
        let answer = self.http.post(address).json(&body).send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "{command}: {}",
            answer.status()
        );
    }

    /// Gives the page another size.
    pub async fn resize(&self, (width, height): (u32, u32)) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.chromium("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// What the system says of colours.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.chromium("Emulation.setEmulatedMedia", features).await;
    }

    /// Goes to a page of the product.
    pub async fn go(&self, path: &str) {
        let address = format!("{}{path}", self.base);
        self.driver.goto(address).await.unwrap();
    }

    /// The path of the page.
    pub async fn path(&self) -> String {
        self.driver.current_url().await.unwrap().path().to_owned()
    }

    /// Waits until the page's path is this.
    pub async fn is_at(&self, path: &str) {
        self.until(&format!("the page {path}"), async || {
            self.path().await == path
        })
        .await;
    }

    /// Waits for something that can be seen.
    pub async fn find(&self, selector: &str) -> WebElement {
        let mut found = None;
        self.until(selector, async || {
            for element in self
                .driver
                .find_all(By::Css(selector))
                .await
                .unwrap_or_default()
            {
                if element.is_displayed().await.unwrap_or(false) {
                    found = Some(element);
                    return true;
                }
            }
            false
        })
        .await;
        found.unwrap()
    }

    /// Whether something can be seen now.
    pub async fn shows(&self, selector: &str) -> bool {
        let all = self
            .driver
            .find_all(By::Css(selector))
            .await
            .unwrap_or_default();
        for element in all {
            if element.is_displayed().await.unwrap_or(false) {
                return true;
            }
        }
        false
    }

    /// Waits until the page says this somewhere.
    pub async fn says(&self, words: &str) {
        self.until(&format!("the words {words:?}"), async || {
            self.text().await.contains(words)
        })
        .await;
    }

    /// All that the page says.
    pub async fn text(&self) -> String {
        match self.driver.find(By::Tag("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Types into a field, in the place of what is there.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("[name='{name}']")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Clicks.
    pub async fn click(&self, selector: &str) {
        self.until(selector, async || {
            match self.find(selector).await.click().await {
                Ok(()) => true,
                // The page renewed or moved it meanwhile.
                Err(error) if is_stale(&error) => false,
                Err(error) => panic!("{selector}: {error}"),
            }
        })
        .await;
    }

    /// Presses one key on the page.
    pub async fn press(&self, key: &str) {
        let chain = self.driver.action_chain().send_keys(key.to_owned());
        chain.perform().await.unwrap();
    }

    /// Leaves the field.
    pub async fn escape(&self) {
        let chain = self.driver.action_chain().send_keys(Key::Escape);
        chain.perform().await.unwrap();
    }

    /// What a script finds out.
    pub async fn learn(&self, script: &str) -> Value {
        let answer = self.driver.execute(script, Vec::new()).await.unwrap();
        answer.json().clone()
    }

    /// Waits until this is so.
    pub async fn until(&self, what: &str, mut so: impl AsyncFnMut() -> bool) {
        let began = tokio::time::Instant::now();
        while !so().await {
            let late = began.elapsed() > PATIENCE;
            let seen = if late {
                self.text().await
            } else {
                String::new()
            };
            assert!(!late, "{} never shows {what}:\n{seen}", self.path().await);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Signs in as the owner of the story's workspace.
    pub async fn sign_in(&self) {
        let person = crate::story::credentials();
        self.go("/sign-in").await;
        self.fill("email", person["email"].as_str().unwrap()).await;
        self.fill("password", person["password"].as_str().unwrap())
            .await;
        self.click("form[action='/sign-in'] button").await;
        self.is_at("/inbox").await;
    }

    /// Closes the window. Nothing may have gone wrong in it: no script error, no blocked source.
    pub async fn close(mut self) {
        let log = self.driver.browser_log().await.unwrap_or_default();
        let bad: Vec<String> = log
            .iter()
            .filter(|entry| entry.level == "SEVERE")
            .map(|entry| entry.message.clone())
            // A form that is refused is answered with a 4xx on purpose.
            .filter(|message| !message.contains("the server responded with a status of 4"))
            .collect();
        self.driver.clone().quit().await.unwrap();
        self.service.kill().ok();
        self.service.wait().ok();
        assert!(bad.is_empty(), "the browser complains: {bad:#?}");
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // A story that failed leaves nothing behind.
        self.service.kill().ok();
        self.service.wait().ok();
    }
}
