//! The town that both bots moderate: its server, and what is posted there.

use gavel::clock::Clock;
use gavel::sandbox::world::{Byline, Id, Kind, intent, permission};
use gavel::sandbox::{Config, Server};

pub const TOKEN: &str = "token-of-the-comparison";

/// Posted at an even pace.
pub const PACE_PER_SECOND: usize = 500;

/// One message in so many is against the policy.
pub const ONE_IN: usize = 20;

/// Accounts that write. A prime, so that nobody repeats a text, and enough
/// that nobody floods: neither is what is compared.
const NEIGHBOURS: usize = 3_989;

const CORPUS: &str = include_str!("../corpus.txt");

/// How many lines of the corpus are against the policy: the last ones.
const VIOLATING: usize = 5;

/// Words of which each violating line holds one, and no other line does.
pub const WORDS: &str = "fucking,kill,ssn,shit";

/// A town on a server of its own.
pub struct Town {
    pub server: Server,
    pub channel: Id,
    neighbours: Vec<Id>,
    violators: Vec<Id>,
}

/// What is posted as message number `n`.
pub struct Line {
    pub text: &'static str,
    pub violates: bool,
    author: Id,
}

impl Town {
    pub async fn found(violators: usize) -> anyhow::Result<Town> {
        let server = Server::start(Config::default(), Clock::system()).await?;
        let manager = server.make_user("City Manager");
        let guild = server.make_guild("City of Monroe", manager);
        let moderators = server.make_role(guild, "Communications", permission::MANAGE_MESSAGES, false);
        let bot = server.make_bot(guild, "Bot", TOKEN, intent::MESSAGE_CONTENT, permission::MODERATION_BOT);
        let channel = server.make_channel(guild, Kind::Text, "general");
        let review = server.make_channel(guild, Kind::Text, "mod-log");
        server.make_private(review, &[moderators]);
        let bits = permission::VIEW_CHANNEL
            | permission::SEND_MESSAGES
            | permission::EMBED_LINKS
            | permission::READ_HISTORY
            | permission::ATTACH_FILES;
        server.set_member_overwrite(review, bot, bits, 0);
        let people = |name: &str, count: usize| {
            (0..count).map(|n| server.make_member(guild, &format!("{name}{n}"), &[])).collect::<Vec<_>>()
        };
        let (neighbours, violators) = (people("neighbour", NEIGHBOURS), people("troll", violators));
        Ok(Town { server, channel, neighbours, violators })
    }

    pub fn line(&self, n: usize) -> Line {
        let lines: Vec<&'static str> = CORPUS.lines().collect();
        let (usual, violating) = lines.split_at(lines.len() - VIOLATING);
        let violates = n % ONE_IN == ONE_IN - 1;
        if violates {
            // A troll who writes twice writes something else.
            let (which, round) = (n / ONE_IN % self.violators.len(), n / ONE_IN / self.violators.len());
            let text = violating[(which + round) % VIOLATING];
            Line { text, violates, author: self.violators[which] }
        } else {
            Line { text: usual[n % usual.len()], violates, author: self.neighbours[n % NEIGHBOURS] }
        }
    }

    /// Posts message number `n`.
    pub fn post(&self, n: usize) -> (Id, Line) {
        let line = self.line(n);
        let byline = Byline::Person(line.author);
        let id = self.server.with(|world| world.place(self.channel, byline, line.text.into()));
        (id, line)
    }

    pub fn stands(&self, message: Id) -> bool {
        self.server.look(|world| world.message(self.channel, message).is_some())
    }

    /// How many messages stand in the channel.
    pub fn standing(&self) -> usize {
        self.server.look(|world| world.channel(self.channel).map_or(0, |channel| channel.messages.len()))
    }
}
