//! A real Chromium, driven through its own driver, with nothing reachable but
//! loopback. Installed where it is missing; never skipped.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long something may take to show.
pub const SOON: Duration = Duration::from_secs(20);

/// One browser at a time: a small machine has room for no more.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn found(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// Sees to it that both programs are there.
fn installed() -> Result<(), String> {
    static ONCE: OnceLock<Result<(), String>> = OnceLock::new();
    let made = || {
        if found("chromium") && found("chromedriver") {
            return Ok(());
        }
        // Not root, and no sudo: then apt-get itself says so.
        let (program, before): (&str, &[&str]) =
            if found("sudo") { ("sudo", &["apt-get"]) } else { ("apt-get", &[]) };
        for arguments in
            [&["update"][..], &["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"]]
        {
            let run = Command::new(program)
                .args(before)
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive")
                .stdin(Stdio::null())
                .output();
            match run {
                Ok(out) if out.status.success() => {}
                Ok(out) => return Err(String::from_utf8_lossy(&out.stderr).into_owned()),
                Err(error) => return Err(error.to_string()),
            }
        }
        if found("chromium") && found("chromedriver") { Ok(()) } else { Err("they do not start".to_owned()) }
    };
    ONCE.get_or_init(made).clone()
}

/// A browser window. Ends with the test.
pub struct Browser {
    pub client: Client,
    http: reqwest::Client,
    session: String,
    driver: Child,
    _profile: tempfile::TempDir,
    _alone: tokio::sync::MutexGuard<'static, ()>,
}

impl Browser {
    pub async fn open(url: &str) -> Browser {
        let alone = ALONE.lock().await;
        if let Err(why) = installed() {
            panic!(
                "this test needs Debian's packages `chromium` and `chromium-driver`, and they could not be \
                 installed (`apt-get install -y chromium chromium-driver`): {why}"
            );
        }
        let profile = tempfile::tempdir().expect("a directory for the browser");
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let out = BufReader::new(driver.stdout.take().expect("its output is piped"));
        let port = out
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse::<u16>().ok()
            })
            .expect("chromedriver says its port");
        let flags = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--window-size=1400,900",
        ];
        let mut arguments: Vec<String> = flags.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let mut wanted = Capabilities::new();
        wanted.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
        wanted.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
        let base = format!("http://127.0.0.1:{port}");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&base)
            .await
            .expect("Chromium starts");
        let id = client.session_id().await.expect("a session").expect("it has an id");
        let session = format!("{base}/session/{id}");
        let browser = Browser {
            client,
            http: reqwest::Client::new(),
            session,
            driver,
            _profile: profile,
            _alone: alone,
        };
        browser.resize(1400, 900).await;
        browser.client.goto(url).await.expect("the page opens");
        browser
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/{path}", self.session);
        let sent = self.http.post(url).header("content-type", "application/json").body(body.to_string());
        let answer = sent.send().await.expect("the driver answers").bytes().await.expect("the whole answer");
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        assert!(answer["value"]["error"].is_null(), "{path}: {}", answer["value"]);
        answer["value"].clone()
    }

    /// One of the browser's own commands.
    pub async fn command(&self, name: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({ "cmd": name, "params": parameters })).await
    }

    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", size).await;
    }

    pub async fn prefer(&self, feature: &str, value: &str) {
        let features = json!({ "features": [{ "name": feature, "value": value }] });
        self.command("Emulation.setEmulatedMedia", features).await;
    }

    /// What the browser complained about.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.post("se/log", json!({ "type": "browser" })).await;
        let log = log.as_array().cloned().unwrap_or_default();
        log.iter().filter(|line| line["level"] != "INFO").map(|line| line["message"].to_string()).collect()
    }

    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("the script runs")
    }

    /// Waits until a script's value is true. What it looks at may not be
    /// there yet, which is no answer.
    #[track_caller]
    pub fn until<'a>(&'a self, what: &'a str, script: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let within_ms = SOON.as_millis();
            let look = format!(
                "const done = arguments[arguments.length - 1], end = Date.now() + {within_ms};
                 const look = () => {{
                   let now = false;
                   try {{ now = Boolean({script}); }} catch {{}}
                   if (now || Date.now() > end) done(now); else setTimeout(look, 25);
                 }};
                 look();"
            );
            let came = self.client.execute_async(&look, Vec::new()).await.expect("the script runs");
            if came != json!(true) {
                let seen = self.run("return document.body.innerText").await;
                panic!("{caller}: {what} did not come true. The page says:\n{}", seen.as_str().unwrap_or(""));
            }
        }
    }

    pub async fn click(&self, css: &str) {
        let found = self.client.find(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("`{css}`: {error}")).click().await.expect("it can be clicked");
    }

    pub async fn text(&self, css: &str) -> String {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText).join('\\n')";
        let text = self.client.execute(script, vec![json!(css)]).await.expect("the script runs");
        text.as_str().unwrap_or("").to_owned()
    }

    /// Chooses who writes, types and presses Enter.
    pub async fn say(&self, who: &str, text: &str) {
        let choice = self.client.find(Locator::Css("#as")).await.expect("the chooser");
        choice.select_by_value(who).await.expect("this persona can be chosen");
        let area = self.client.find(Locator::Css("#box")).await.expect("the box");
        area.send_keys(text).await.expect("typing");
        area.send_keys("\u{E007}").await.expect("Enter");
    }

    pub async fn screenshot(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("a picture")
    }

    pub async fn close(self) {
        let complaints = self.complaints().await;
        self.client.clone().close().await.expect("the window closes");
        assert_eq!(complaints, Vec::<String>::new(), "the browser has nothing to complain about");
    }
}

/// Closes the driver, and with it the browser, also when a test fails.
impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
