//! Identifiers and moments.
//!
//! Discord's identifiers are snowflakes: 64-bit numbers whose upper 42 bits
//! are the milliseconds since 2015-01-01 (Discord, *API reference*, "Snowflakes").
//! They are JSON strings wherever they are written, because a JSON number
//! beyond 2^53 does not survive every reader.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// Milliseconds from the Unix epoch to Discord's, 2015-01-01T00:00:00Z.
pub const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

macro_rules! snowflake {
    ($(#[$doc:meta] $name:ident;)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU64);

        impl $name {
            /// `None` for zero, which Discord never assigns.
            pub fn new(raw: u64) -> Option<$name> {
                NonZeroU64::new(raw).map($name)
            }

            /// The number itself.
            pub fn get(self) -> u64 {
                self.0.get()
            }

            /// The first identifier that could be made at a moment; `None`
            /// before Discord was.
            pub fn first_at(moment: Moment) -> Option<$name> {
                $name::new((moment.0 - DISCORD_EPOCH_MS).max(0).cast_unsigned() << 22)
            }

            /// When Discord made this identifier.
            pub fn made_at(self) -> Moment {
                Moment((self.0.get() >> 22) as i64 + DISCORD_EPOCH_MS)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<$name, Self::Err> {
                text.parse().map($name)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                from.deserialize_any(SnowflakeVisitor).map($name)
            }
        }
    )*};
}

snowflake! {
    /// One Discord server.
    GuildId;
    /// A place where messages stand: a channel, a thread, a post.
    VenueId;
    /// One message, in all its versions.
    MessageId;
    /// A person, a bot or a webhook: whoever can write.
    MemberId;
    /// A role of the server.
    RoleId;
    /// An interaction: a click, a command, a form.
    InteractionId;
}

struct SnowflakeVisitor;

impl Visitor<'_> for SnowflakeVisitor {
    type Value = NonZeroU64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snowflake: a number above zero, as a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<NonZeroU64, E> {
        text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_u64<E: de::Error>(self, raw: u64) -> Result<NonZeroU64, E> {
        NonZeroU64::new(raw).ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(raw), &self))
    }
}

/// A moment in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Moment {
    /// Milliseconds from `earlier` to `self`; negative if it is later.
    pub fn since_ms(self, earlier: Moment) -> i64 {
        self.0 - earlier.0
    }

    /// This moment, `ms` milliseconds later.
    pub fn plus_ms(self, ms: i64) -> Moment {
        Moment(self.0 + ms)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Moment, D::Error> {
        i64::deserialize(from).map(Moment)
    }
}
