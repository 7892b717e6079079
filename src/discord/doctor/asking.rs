//! The doctor's requests: few, one after another, each at most a few times.
//!
//! The executor is not used, because its requests are owed and on record, and
//! these are not.

use std::time::Duration;

use serde::de::DeserializeOwned;
use url::Url;

use super::super::rest::{Address, Call, Lost, Network, Reply, Wire};
use crate::discord::gateway::not_discord;
use crate::doctor::Report;
use crate::settings::API_VARIABLE;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(15);
/// How often a request is made before it is given up.
const TRIES: u32 = 4;
/// The longest wait that is worth sitting through at a terminal.
const WAIT: Duration = Duration::from_secs(30);
/// The pause after an error of the server's, doubled each time.
const BACK_OFF: Duration = Duration::from_millis(250);

/// Asks one server, one question at a time.
pub struct Asking {
    address: Address,
    network: Network,
}

impl Asking {
    pub fn new(api: &str, token: &str) -> anyhow::Result<Asking> {
        Ok(Asking { address: Address::new(api, token)?, network: Network::new()? })
    }

    /// Reads something; the path is without `/api/v10`.
    pub async fn get(&self, path: &str) -> Result<Reply, String> {
        self.send(&Call::read(path)).await
    }

    /// Sends a request. Whatever Discord answers is an answer, but for being
    /// told to wait and for errors of its own.
    pub async fn send(&self, call: &Call) -> Result<Reply, String> {
        let mut last = String::new();
        for tries in 0..TRIES {
            let request = self.address.request(call).map_err(|error| error.to_string())?;
            let reply = match tokio::time::timeout(ANSWER, self.network.send(request)).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(Lost::NotSent(why) | Lost::Unsure(why))) => return Err(why),
                Err(_) => return Err(format!("no answer within {} seconds", ANSWER.as_secs())),
            };
            if let Some(limited) = reply.limited() {
                if limited.pause > WAIT {
                    return Err(format!("Discord asks to wait {} seconds (429)", limited.pause.as_secs()));
                }
                last = "Discord asks to wait, again and again (429)".to_owned();
                tokio::time::sleep(limited.pause).await;
            } else if reply.status >= 500 {
                last = format!("the server answers with an error of its own ({})", reply.status);
                tokio::time::sleep(BACK_OFF * 2_u32.pow(tries)).await;
            } else {
                return Ok(reply);
            }
        }
        Err(last)
    }
}

/// What an answer says, or a problem in the report.
pub fn read<T: DeserializeOwned>(reply: &Reply, what: &str, report: &mut Report) -> Option<T> {
    if !reply.is_success() {
        report.problem(format!("{what} cannot be read: {}", refused(reply)), "");
        return None;
    }
    match serde_json::from_slice(&reply.body) {
        Ok(value) => Some(value),
        Err(_) if not_discord(&reply.body) => {
            report.problem(
                format!("{what} cannot be read: what answers is a web page and not Discord's API"),
                format!(
                    "see whether `{API_VARIABLE}` names the right server, and whether a proxy stands between"
                ),
            );
            None
        }
        Err(error) => {
            report.problem(format!("{what} was not understood: {error}"), "please report this");
            None
        }
    }
}

/// Discord's own sentence about a refusal.
pub fn refused(reply: &Reply) -> String {
    let said = reply.complaint();
    match said.code {
        0 => format!("Discord answers {}", reply.status),
        code => format!("Discord answers {} {code}, {}", reply.status, said.message),
    }
}

/// Opens a connection to where a gateway is, and closes it again. Identifying
/// would cost one of the day's starts.
pub async fn connect(address: &str) -> Result<(), String> {
    let url = Url::parse(address).map_err(|error| error.to_string())?;
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err("it names no host".to_owned());
    };
    let host = host.trim_matches(['[', ']']);
    match tokio::time::timeout(ANSWER, tokio::net::TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} seconds", ANSWER.as_secs())),
    }
}
