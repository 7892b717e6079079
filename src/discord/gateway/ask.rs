//! The few things the gateway has to ask by request: where it is, and, when a
//! session goes on that an earlier process began, what the server looks like,
//! for Discord describes it only at the beginning of a session.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Api, GatewayError};
use crate::domain::id::{GuildId, MemberId};
use crate::settings::API_VARIABLE;

/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// How long a whole request may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(15);

/// The answer to `GET /gateway/bot`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Door {
    pub url: String,
    pub session_start_limit: StartLimit,
}

/// How often sessions may begin.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct StartLimit {
    pub total: u32,
    pub remaining: u32,
    /// Milliseconds until `remaining` is `total` again.
    pub reset_after: u64,
    pub max_concurrency: u16,
}

/// Whether an answer is a page for people: from a proxy, a log-in, a web server.
pub fn not_discord(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// Asks Discord, with the bot's token.
pub(super) struct Asker {
    client: reqwest::Client,
    rest: String,
    authorization: HeaderValue,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Silence {
    /// It is of no use to ask again.
    Fatal(GatewayError),
    /// Not to this question, and not later either; what was answered.
    Refused(String),
    /// Later, perhaps; what went wrong.
    Passing { why: String, after: Option<Duration> },
}

impl Asker {
    pub fn new(api: &Api, token: &str) -> Result<Asker, GatewayError> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .timeout(REQUEST_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("DiscordBot (gavel, ", env!("CARGO_PKG_VERSION"), ")"))
            .build()
            .map_err(|error| GatewayError::Client(error.to_string()))?;
        let authorization = format!("Bot {}", token.trim().trim_start_matches("Bot "));
        // What cannot even be written in a header is no token.
        let mut authorization =
            HeaderValue::from_str(&authorization).map_err(|_| GatewayError::TokenRefused)?;
        authorization.set_sensitive(true);
        Ok(Asker { client, rest: api.rest(), authorization })
    }

    /// Where the gateway is.
    pub async fn door(&self) -> Result<Door, Silence> {
        self.get("/gateway/bot").await
    }

    /// The server in the form of the gateway's `GUILD_CREATE`.
    pub async fn guild(&self, guild: GuildId, me: MemberId) -> Result<String, Silence> {
        let mut object: serde_json::Map<String, Value> = self.get(&format!("/guilds/{guild}")).await?;
        let channels: Value = self.get(&format!("/guilds/{guild}/channels")).await?;
        let active: Value = self.get(&format!("/guilds/{guild}/threads/active")).await?;
        let member: Value = self.get(&format!("/guilds/{guild}/members/{me}")).await?;
        object.insert("channels".into(), channels);
        object.insert("threads".into(), active.get("threads").cloned().unwrap_or(Value::Array(Vec::new())));
        object.insert("members".into(), Value::Array(vec![member]));
        Ok(Value::Object(object).to_string())
    }

    async fn get<T: DeserializeOwned>(&self, route: &str) -> Result<T, Silence> {
        let passing = |error: reqwest::Error| Silence::Passing { why: self.lost(error), after: None };
        let request = self.client.get(format!("{}{route}", self.rest));
        let answer =
            request.header(AUTHORIZATION, self.authorization.clone()).send().await.map_err(passing)?;
        let status = answer.status();
        if status == StatusCode::UNAUTHORIZED {
            return Err(Silence::Fatal(GatewayError::TokenRefused));
        }
        if matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
            return Err(Silence::Refused(format!("Discord answered {status} to `GET {route}`")));
        }
        if !status.is_success() {
            let after = answer.headers().get(RETRY_AFTER);
            let after = after.and_then(|value| value.to_str().ok()?.parse::<f64>().ok());
            return Err(Silence::Passing {
                why: match status.is_server_error() {
                    true => format!(
                        "Discord answered {status} to `GET {route}`; https://discordstatus.com says whether it is known"
                    ),
                    false => format!("Discord answered {status} to `GET {route}`"),
                },
                after: after.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            });
        }
        let body = answer.bytes().await.map_err(passing)?;
        serde_json::from_slice(&body).map_err(|error| Silence::Passing {
            why: match not_discord(&body) {
                true => format!(
                    "what answers at `{}` is a web page and not Discord's API; see whether `{API_VARIABLE}` \
                     names the right server, and whether a proxy stands between",
                    self.rest
                ),
                false => format!("Discord's answer to `GET {route}` was not understood: {error}"),
            },
            after: None,
        })
    }

    /// What became of a request that got no answer: the cause of it all, for
    /// the first words only say that there was an error, and how to mend it.
    fn lost(&self, error: reqwest::Error) -> String {
        // The address is ours to say.
        let error = anyhow::Error::new(error.without_url());
        format!(
            "`{}` cannot be reached: {}; see whether this machine may open connections to it, and whether a \
             proxy stands between",
            self.rest,
            error.root_cause()
        )
    }
}
