//! Where Discord is: the real one, or another server that speaks its API.
//!
//! The token goes wherever these addresses say. So nothing but `https` and
//! `wss` is accepted, except on this machine itself.

use std::fmt;

use url::{Host, Url};

/// Discord's own address.
pub const DISCORD: &str = "https://discord.com";

/// The address of a server that speaks Discord's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    base: Url,
}

/// Why an address is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub enum AddressError {
    /// It is no address.
    Malformed { given: String, why: String },
    /// It would send the token in the clear.
    Insecure { given: String },
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AddressError::Malformed { given, why } => write!(f, "`{given}` is no address of a server: {why}"),
            AddressError::Insecure { given } => write!(
                f,
                "`{given}` is not accepted, because the token would travel unencrypted; use `https://`, \
                 or an address of this machine such as `http://127.0.0.1:4000`"
            ),
        }
    }
}

impl std::error::Error for AddressError {}

impl Default for Api {
    fn default() -> Api {
        Api::parse(DISCORD).expect("Discord's own address is one")
    }
}

impl Api {
    /// Reads an address such as `GAVEL_DISCORD_API` holds: `https://`
    /// anywhere, `http://` on this machine only.
    pub fn parse(given: &str) -> Result<Api, AddressError> {
        let malformed = |why: &str| AddressError::Malformed { given: given.to_owned(), why: why.to_owned() };
        let base = Url::parse(given).map_err(|error| malformed(&error.to_string()))?;
        match base.scheme() {
            "https" => {}
            "http" if is_this_machine(&base) => {}
            "http" => return Err(AddressError::Insecure { given: given.to_owned() }),
            _ => return Err(malformed("it begins neither with `https://` nor with `http://`")),
        }
        if base.host().is_none() || !base.username().is_empty() || base.password().is_some() {
            return Err(malformed("it has to be a host, and perhaps a port and a path"));
        }
        Ok(Api { base })
    }

    /// The address before the routes, without a slash at the end:
    /// `https://discord.com/api/v10`.
    pub fn rest(&self) -> String {
        format!("{}/api/v10", self.base.as_str().trim_end_matches('/'))
    }

    /// The server itself, without a slash at the end.
    pub fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The gateway's address as this server tells it, in the form the
    /// transport wants. Only a server on this machine may name an
    /// unencrypted gateway, and only one on this machine.
    pub fn gateway(&self, told: &str) -> Result<String, AddressError> {
        let malformed = |why: &str| AddressError::Malformed { given: told.to_owned(), why: why.to_owned() };
        let url = Url::parse(told).map_err(|error| malformed(&error.to_string()))?;
        match url.scheme() {
            "wss" if url.host().is_some() => {}
            "ws" if is_this_machine(&url) && is_this_machine(&self.base) => {}
            "ws" => return Err(AddressError::Insecure { given: told.to_owned() }),
            _ => return Err(malformed("it does not begin with `wss://`")),
        }
        // The transport puts its own query behind it, as it is.
        if !told.bytes().all(|byte| byte.is_ascii_graphic())
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(malformed("it has to be a host, and perhaps a port and a path"));
        }
        Ok(told.trim_end_matches('/').to_owned())
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
