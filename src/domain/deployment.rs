//! What a deployment settles: which channels are approved, who is who, which
//! desks there are, how far automation may go. The file is read elsewhere;
//! this is what it comes to.

use serde::{Deserialize, Serialize};

use super::decision::{Desk, Posture, Topics, words};
use super::id::{GuildId, MemberId, VenueId};

/// A deployment's settings, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    pub posture: Posture,
    pub time_zone: String,
    pub archive: Archive,
    pub city: City,
    pub guild: Option<GuildId>,
    pub history_days: u32,
    pub channels: Vec<Approval>,
    pub review: Option<Named>,
    pub desks: Vec<DeskSetting>,
    pub hours: Hours,
    pub limits: Limits,
    pub adopted: Vec<Adoption>,
    pub roles: Roles,
    pub checkpoint_minutes: u32,
    pub checkpoint_channel: Option<Named>,
    /// Webhooks and bots that are the City's own; never judged.
    pub own_ids: Vec<MemberId>,
}

/// What is kept of an approved channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Archive {
    /// Every message.
    All,
    /// Messages with a finding, and the fifty before them.
    Flagged,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct City {
    pub name: String,
    /// Whose records law holds.
    pub jurisdiction: Option<Jurisdiction>,
    pub rules_url: String,
    pub police_phone: String,
}

words! {
    /// A state whose records law Gavel knows.
    Jurisdiction {
        Michigan = "michigan",
        Connecticut = "connecticut",
    }
}

/// A channel by name or by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    Id(VenueId),
    /// Must match exactly one channel.
    Name(String),
    /// Every channel that holds messages.
    Every,
}

/// A channel that the City has approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub channel: Named,
    pub purpose: String,
    pub staff_only: bool,
    pub topics: Topics,
    pub approved_by: String,
    pub approved_on: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskSetting {
    pub desk: Desk,
    pub office: String,
    pub channel: Option<Named>,
    pub email: Option<String>,
    /// The role that a page mentions.
    pub mention: Option<String>,
    /// Department heads a threat can be brought to, where the policy says so.
    pub departments: Vec<Department>,
}

/// A department of the City and the address of its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    pub name: String,
    pub email: String,
}

/// When the offices are staffed. Clocks of holds run in these hours only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Monday first.
    pub days: [bool; 7],
    /// Minutes after midnight.
    pub open: u16,
    pub close: u16,
    /// As `2026-11-26`.
    pub holidays: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Staffed hours until an undecided hold is released.
    pub hold_hours: u32,
    pub appeal_days: u32,
    /// Members whose messages automation may take down in a day; 0: no limit.
    pub members_per_day: u32,
}

/// A procedure the City has adopted, so that it may be cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    pub id: String,
    pub by: String,
    pub on: String,
    pub published: String,
}

/// Discord role names or ids, by what their holders are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    pub moderator: Vec<String>,
    pub director: Vec<String>,
    pub employee: Vec<String>,
    pub official: Vec<String>,
    pub records_officer: Vec<String>,
    pub attorney: Vec<String>,
    pub administrator: Vec<String>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { hold_hours: 4, appeal_days: 10, members_per_day: 100 }
    }
}

impl Default for Hours {
    fn default() -> Hours {
        Hours {
            days: [true, true, true, true, true, false, false],
            open: 8 * 60,
            close: 16 * 60 + 30,
            holidays: Vec::new(),
        }
    }
}

impl Deployment {
    /// What is set for a desk.
    pub fn desk(&self, desk: Desk) -> Option<&DeskSetting> {
        self.desks.iter().find(|setting| setting.desk == desk)
    }
}
