//! Many like messages at once: one card, and a record of each.

use gavel::domain::action::Action;
use gavel::domain::card::{NoticeKind, Standing};
use gavel::sandbox::rest::{Fault, How};
use gavel::sandbox::world::{Id, permission};

use super::town::{HOUR_MS, Town};

/// So many have cards of their own.
const ALONE: u64 = 10;

const CALLED: [&str; 8] =
    ["driver", "neighbour", "clerk", "cyclist", "painter", "baker", "dentist", "goalie"];

impl Town {
    /// One of three accounts writes its next rude message in `general`.
    fn rude(&self, raiders: &[Id; 3], n: u64) -> Id {
        let text = format!("You asshole of a {}", CALLED[n as usize / 3 % CALLED.len()]);
        self.server.post_as(raiders[n as usize % 3], self.at("general"), text).expect("it may stand")
    }

    /// Three accounts write so many rude messages, a few seconds apart, and all
    /// of them come down.
    async fn raid(&self, raiders: &[Id; 3], first: u64, count: u64) {
        let general = self.at("general");
        for n in first..first + count {
            let id = self.rude(raiders, n);
            self.gone(general, id).await;
            self.advance(2_000);
        }
        for n in first..first + count {
            self.case(n + 1, Standing::Held).await;
        }
        self.pass(1_000).await;
    }

    fn raiders(&self) -> [Id; 3] {
        ["one", "two", "three"].map(|name| self.server.make_member(self.city.guild, name, &[]))
    }

    fn intents(&self, which: impl Fn(&Action) -> bool) -> usize {
        self.entries().iter().flat_map(|entry| &entry.intents).filter(|action| which(action)).count()
    }

    fn notices(&self, kind: NoticeKind) -> usize {
        self.intents(|action| matches!(action, Action::Notify { notice, .. } if notice.kind == kind))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_raid_is_shown_on_one_card_and_every_message_has_a_case() {
    let town = Town::open().await;
    town.raid(&town.raiders(), 0, ALONE + 5).await;
    let card = town.post_says("mod-log", "5 more messages like these in #general, by 3 accounts").await;
    for said in ["• 5: down until a person decides", "The first of them, case 11", "• 15, three: ", "3.7 ¶1"]
    {
        assert!(card.contains(said), "{said}: {card}");
    }
    // What is unlike them keeps a card of its own.
    let unlike = town.say("mateo", "general", "My SSN is 412-67-8890");
    town.gone(town.at("general"), unlike).await;
    town.post_says("mod-log", "Case 16").await;
    assert_eq!(town.posts("mod-log").len() as u64, ALONE + 2);
    town.end().await;
}

/// The card that is on its way is behind when it arrives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_burst_the_card_comes_to_say_where_everything_stands() {
    let town = Town::open().await;
    let raiders = town.raiders();
    town.raid(&raiders, 0, ALONE).await;
    town.quiet().await;
    // All of them are cases before the first is down, and its card takes longer
    // to arrive than the others to come down.
    let wait = How::TooFast { retry_after_s: 1.0, scope: "user" };
    let posts = format!("/channels/{}/messages", town.at("mod-log"));
    town.server.order_fault(Fault::new("POST", posts, 1, wait));
    town.server.hold_gateway(true);
    for n in ALONE..ALONE + 5 {
        town.rude(&raiders, n);
    }
    town.server.hold_gateway(false);
    for case in ALONE + 1..=ALONE + 5 {
        town.case(case, Standing::Held).await;
    }
    town.quiet().await;
    town.pass(1_000).await;
    let card = town.post_says("mod-log", "• 5: down until a person decides").await;
    assert!(!card.contains("being taken down"), "{card}");
    // Brought up to date, it still says until when somebody can decide.
    assert!(card.contains("If nobody decides, it is released"), "{card}");
    town.end().await;
}

/// What is released in silence is not promised.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_in_a_raid_is_promised_what_will_not_come() {
    let town = Town::open().await;
    town.raid(&town.raiders(), 0, ALONE + 1).await;
    let rude = town.say("rosa", "general", "You asshole of a plumber, my pipe burst again");
    town.gone(town.at("general"), rude).await;
    let notice = town.notice(town.who("rosa"), 0).await;
    assert!(notice.contains("A person will decide") && !notice.contains("we will send you"), "{notice}");
    town.end().await;
}

/// What came over hours is no raid because it is read at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_over_hours_and_read_at_once_is_no_raid() {
    let mut town = Town::open().await;
    let raiders = town.raiders();
    let mut all = Vec::new();
    town.away(1_000, |town| {
        for n in 0..ALONE + 3 {
            all.push(town.rude(&raiders, n));
            town.advance(20 * 60_000);
        }
    })
    .await;
    for id in all {
        town.gone(town.at("general"), id).await;
    }
    town.quiet().await;
    town.pass(1_000).await;
    for case in 1..=ALONE + 3 {
        town.post_says("mod-log", &format!("Case {case}:")).await;
    }
    town.end().await;
}

/// What still stands has a card that says so, and why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_taken_down_is_not_folded_away() {
    let town = Town::open().await;
    let (general, raiders) = (town.at("general"), town.raiders());
    town.raid(&raiders, 0, ALONE + 2).await;
    town.post_says("mod-log", "2 more messages like these").await;
    town.server.set_member_overwrite(general, town.city.bot, 0, permission::MANAGE_MESSAGES);
    let stands = town.rude(&raiders, ALONE + 2);
    town.case(ALONE + 3, Standing::NotTakenDown).await;
    let card = town.post_says("mod-log", "Case 13").await;
    assert!(card.contains("Manage Messages") && town.stands("general", stands), "{card}");
    town.pass(1_000).await;
    town.quiet().await;
    let raid = town.posts("mod-log").into_iter().find(|post| post.contains("messages like these"));
    let raid = raid.expect("it stands");
    assert!(raid.contains("2 more messages") && !raid.contains("visible"), "{raid}");
    town.end().await;
}

/// Hundreds of notes in public would be another raid.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_public_note_speaks_for_all_who_could_not_be_written_to() {
    let town = Town::open().await;
    let raiders = town.raiders();
    town.raid(&raiders, 0, ALONE).await;
    let others = ["four", "five", "six"].map(|name| town.server.make_member(town.city.guild, name, &[]));
    others.iter().for_each(|raider| town.server.set_dms_open(*raider, false));
    town.raid(&others, ALONE, 6).await;
    let general = town.at("general");
    town.until("a note for all", |w| {
        w.messages(general).any(|m| m.content.contains("could not deliver all of them")).then_some(())
    })
    .await;
    town.quiet().await;
    assert_eq!(town.intents(|action| matches!(action, Action::FallbackNote { .. })), 1);
    town.end().await;
}

/// It is released as one, and of its authors nobody is written to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_raid_is_released_as_one_silently() {
    let town = Town::open().await;
    town.raid(&town.raiders(), 0, ALONE + 3).await;
    town.post_says("mod-log", "3 more messages like these").await;
    town.pass(2 * HOUR_MS + 60_000).await;
    town.post_says("mod-log", "half").await;
    town.pass(1_000).await;
    town.quiet().await;
    // One line for each that stands alone, and one for all others.
    let reminded =
        |action: &Action| matches!(action, Action::Tell { line, .. } if line.key == "hold-half-time");
    assert_eq!(town.intents(reminded) as u64, ALONE + 1);
    town.pass(2 * HOUR_MS).await;
    for case in 1..=ALONE + 3 {
        town.case(case, Standing::Released).await;
    }
    assert_eq!(town.notices(NoticeKind::Released) as u64, ALONE);
    town.pass(2_000).await;
    town.post_says("mod-log", "• 3: released").await;
    town.end().await;
}

/// One card stays one card after a restart, and who joins later joins it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_raid_goes_on_after_a_restart_and_is_over_after_minutes() {
    let mut town = Town::open().await;
    let raiders = town.raiders();
    town.raid(&raiders, 0, ALONE + 2).await;
    town.post_says("mod-log", "2 more messages like these").await;
    town.stop().await;
    town.start().await;
    town.raid(&raiders, ALONE + 2, 2).await;
    town.post_says("mod-log", "4 more messages like these").await;
    assert_eq!(town.posts("mod-log").len() as u64, ALONE + 1);
    town.advance(11 * 60_000);
    town.raid(&raiders, ALONE + 4, 1).await;
    town.post_says("mod-log", "Case 15").await;
    assert_eq!(town.posts("mod-log").len() as u64, ALONE + 2);
    town.end().await;
}
