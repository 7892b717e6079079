//! Why the gateway ended for good, and how to mend it.

use std::fmt;

use super::AddressError;
use crate::domain::id::GuildId;

/// Something that trying again would not help.
#[derive(Debug, PartialEq, Eq)]
pub enum GatewayError {
    /// 401, or close code 4004.
    TokenRefused,
    /// Close code 4010.
    InvalidShard,
    /// Close code 4011.
    ShardingRequired,
    /// Close code 4012.
    InvalidVersion,
    /// Close code 4013.
    InvalidIntents,
    /// Close code 4014.
    DisallowedIntents,
    /// The bot is in several servers, and the settings do not say which is ours.
    SeveralServers(Vec<GuildId>),
    /// The server names a gateway that the token must not travel to.
    Address(AddressError),
    /// No client for requests could be made on this machine.
    Client(String),
}

impl GatewayError {
    /// What a close code means, if Discord wants nobody back after it
    /// (Discord, *Gateway Close Event Codes*).
    pub fn from_close_code(code: u16) -> Option<GatewayError> {
        Some(match code {
            4004 => GatewayError::TokenRefused,
            4010 => GatewayError::InvalidShard,
            4011 => GatewayError::ShardingRequired,
            4012 => GatewayError::InvalidVersion,
            4013 => GatewayError::InvalidIntents,
            4014 => GatewayError::DisallowedIntents,
            _ => return None,
        })
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GatewayError::TokenRefused => f.write_str(
                "Discord does not accept the token (4004); make a new one in the developer portal \
                 (your application, `Bot`, `Reset Token`) and put it into `token_file` or `DISCORD_TOKEN`",
            ),
            GatewayError::InvalidShard => f.write_str(
                "Discord does not accept the shard this bot asked for (4010); it always asks for the only \
                 one, so another server than Discord's must be answering: check `GAVEL_DISCORD_API`",
            ),
            GatewayError::ShardingRequired => f.write_str(
                "the bot is in too many servers for one connection (4011); Gavel serves one server: take \
                 the bot out of the others, or use an application of its own for it",
            ),
            GatewayError::InvalidVersion => f.write_str(
                "Discord no longer speaks version 10 of the gateway (4012); install a newer Gavel",
            ),
            GatewayError::InvalidIntents => f.write_str(
                "Discord does not know the intents this bot asked for (4013); install a newer Gavel",
            ),
            GatewayError::DisallowedIntents => f.write_str(
                "the intent `Message Content` is not switched on (4014); open the developer portal, your \
                 application, `Bot`, `Privileged Gateway Intents`, switch on `Message Content Intent` and \
                 save; without it Gavel cannot read what it is to judge",
            ),
            GatewayError::SeveralServers(guilds) => {
                write!(
                    f,
                    "the bot is in {} servers; set `guild_id` in `[discord]` to one of ",
                    guilds.len()
                )?;
                for (i, guild) in guilds.iter().enumerate() {
                    write!(f, "{}{guild}", if i == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            GatewayError::Address(error) => write!(f, "the gateway's address is not usable: {error}"),
            GatewayError::Client(why) => write!(f, "no HTTPS client could be made: {why}"),
        }
    }
}

impl std::error::Error for GatewayError {}
