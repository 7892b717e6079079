//! The process is killed at random moments while a channel is busy. Nothing
//! acknowledged is lost, nothing visible happens twice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use gavel::sandbox::world::{Id, Upload, World};
use gavel::store::disk::Real;
use gavel::store::verify::verify;
use serde_json::Value;

use super::{Hall, SOON, run};
use crate::story::town::words;

const KILLS: u32 = 18;

/// Random numbers that are the same every time (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// Posts a few lines, some of them violations, some with a file.
fn chatter(
    hall: &Hall,
    chance: &mut Chance,
    round: u32,
    people: &[Id],
    rude: &mut Vec<Id>,
    all: &mut BTreeSet<Id>,
) {
    let general = hall.at("general");
    for n in 0..chance.below(6) + 2 {
        let who = people[chance.below(people.len() as u64) as usize];
        // No line twice: copies would join one case.
        let number = all.len();
        let text = match chance.below(4) {
            0 | 1 => format!("Is the road to pier {round} open for bus {number}?"),
            2 => format!("Get out of lane {round}, you asshole in car {number}"),
            _ => format!("Pier {round} again, you asshole in boat {number}, see the picture"),
        };
        let is_rude = text.contains("asshole");
        let files = match text.contains("picture") {
            true => vec![Upload::new("picture.png", "image/png", vec![n as u8; 30_000])],
            false => Vec::new(),
        };
        let id = hall.server.attach_as(who, general, &text, files).expect("it may stand");
        all.insert(id);
        if is_rude {
            rude.push(id);
        }
    }
}

/// The entries' bytes as they stand on disk, whole lines only.
fn acknowledged(hall: &Hall) -> Vec<String> {
    let path = hall.data().join("journal/00000000.jsonl");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or(0, |at| at + 1);
    text[..whole].lines().map(str::to_owned).collect()
}

/// The cases on record, each with its messages.
fn cases(hall: &Hall) -> BTreeMap<u64, BTreeSet<Id>> {
    let mut cases: BTreeMap<u64, BTreeSet<Id>> = BTreeMap::new();
    for line in acknowledged(hall) {
        let line: Value = serde_json::from_str(&line).expect("an entry");
        let body = &line["entry"]["body"];
        for record in [&body["message"], &body["decided"]] {
            if let (Some(case), Some(message)) = (record["case"].as_u64(), record["message"].as_str()) {
                cases.entry(case).or_default().insert(message.parse().expect("an id"));
            }
        }
    }
    cases
}

/// The cases that are told of by the card of another, by that other's number,
/// which is among them.
fn raids(hall: &Hall) -> BTreeMap<u64, BTreeSet<u64>> {
    let mut raids: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for line in acknowledged(hall) {
        let line: Value = serde_json::from_str(&line).expect("an entry");
        let card = &line["evidence"]["card"];
        if let (Some(case), Some(leader)) = (card["case"].as_u64(), card["part_of"].as_u64()) {
            raids.entry(leader).or_default().insert(case);
        }
    }
    raids
}

/// The cases that have a card of their own.
fn alone(hall: &Hall) -> BTreeSet<u64> {
    let raids = raids(hall);
    let is_folded = |case: &u64| raids.iter().any(|(leader, all)| leader != case && all.contains(case));
    cases(hall).into_keys().filter(|case| !is_folded(case)).collect()
}

/// What the record says of a message, for a test that failed.
fn told_of(hall: &Hall, message: Id) -> String {
    let about = message.to_string();
    let lines = acknowledged(hall).into_iter().filter(|line| line.contains(&about));
    lines.map(|line| line.chars().take(600).collect::<String>() + "\n").collect()
}

/// How often each case's number stands in the posts of the bot, card by card.
fn cards(hall: &Hall, world: &World) -> BTreeMap<u64, usize> {
    let place = hall.at("mod-log");
    let bot = hall.city.bot;
    let texts = world.messages(place).filter(|m| m.author() == bot).map(words);
    let mut cases = BTreeMap::new();
    for text in texts {
        // One that tells of many names the first of them.
        let Some(rest) = text.split("Case ").nth(1).or(text.split("them, case ").nth(1)) else { continue };
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        *cases.entry(number.parse().expect("a case")).or_default() += 1;
    }
    cases
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_nothing_is_lost_and_nothing_is_said_twice() {
    let hall = Hall::new().await;
    let general = hall.at("general");
    let mut chance = Chance(0x6761_7665_6c00_0001);
    let people = [hall.who("gremlin"), hall.who("mateo"), hall.who("rosa")];
    let (mut rude, mut all) = (Vec::new(), BTreeSet::new());
    let mut seen: Vec<String> = Vec::new();
    for round in 0..KILLS {
        let mut bot = hall.run();
        // Sometimes while it starts, sometimes while it works. Watching begins
        // with the first start, so that one is let come to it.
        if round == 0 || chance.below(4) > 0 {
            assert!(bot.ready(), "{}", bot.ended().errors);
        } else {
            std::thread::sleep(Duration::from_millis(chance.below(120)));
        }
        let until = Instant::now() + Duration::from_millis(chance.below(250));
        while Instant::now() < until {
            chatter(&hall, &mut chance, round, &people, &mut rude, &mut all);
            let pause = Duration::from_millis(chance.below(40));
            tokio::time::sleep(pause).await;
        }
        bot.kill();
        // What stood whole after one kill stands after the next.
        let now = acknowledged(&hall);
        assert!(
            now.len() >= seen.len() && now[..seen.len()] == seen[..],
            "round {round}: the record lost something"
        );
        seen = now;
    }
    let mut bot = hall.run();
    assert!(bot.ready(), "{}", bot.ended().errors);
    for id in &rude {
        let gone = hall.server.wait_until(SOON, |w| w.message(general, *id).is_none().then_some(())).await;
        assert!(gone.is_some(), "message {id} stands:\n{}", told_of(&hall, *id));
    }
    // Every case gets its card, or is told of by another's, which is the last
    // that is done of it.
    let place = hall.at("mod-log");
    let told = |w: &World, leader: u64, count: usize| {
        let (count, leader) = (format!("{count} more messages like these"), format!("them, case {leader}:"));
        w.messages(place).map(words).any(|text| text.contains(&count) && text.contains(&leader))
    };
    let carded = hall.server.wait_until(SOON, |w| {
        let mut raids = raids(&hall).into_iter().filter(|(_, all)| all.len() > 1);
        (cards(&hall, w).len() >= alone(&hall).len() && raids.all(|(leader, all)| told(w, leader, all.len())))
            .then_some(())
    });
    assert!(carded.await.is_some(), "not every case has a card");
    let (ended, took) = bot.terminate();
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    assert!(took < Duration::from_secs(10), "{took:?}");

    // One case for each violation, one card for each case that is not told of
    // by another's. (Whoever writes very much is a case too, and stays.)
    let cases = cases(&hall);
    for id in &rude {
        let of = cases.values().filter(|messages| messages.contains(id)).count();
        assert_eq!(of, 1, "message {id} is in {of} cases");
    }
    let cards = hall.server.look(|w| cards(&hall, w));
    assert!(cards.values().all(|n| *n == 1), "{cards:?}");
    assert!(raids(&hall).values().any(|all| all.len() > 1), "many came at once");
    assert_eq!(cards.into_keys().collect::<BTreeSet<_>>(), alone(&hall));
    // At most one notice in a quarter of an hour, and this took less.
    for who in people {
        let notices: Vec<String> = hall.server.look(|w| w.inbox(who).into_iter().map(words).collect());
        let distinct: BTreeSet<&String> = notices.iter().collect();
        assert_eq!(distinct.len(), notices.len(), "{notices:#?}");
        assert_eq!(notices.len(), 1, "{notices:#?}");
    }
    // Nothing was taken down that was not to be.
    let standing = all.iter().filter(|id| hall.server.look(|w| w.message(general, **id).is_some())).count();
    assert_eq!(standing, all.len() - rude.len());
    let report = verify(&Real, &hall.data(), None).expect("the record can be read");
    assert_eq!(report.problems, Vec::new());
    let data = hall.data().display().to_string();
    let verified = run(&["log", "verify", "--data", &data]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    assert_eq!(hall.server.deviations(), Vec::<String>::new());
    // Every message is on record.
    let record = std::fs::read_to_string(hall.data().join("journal/00000000.jsonl")).expect("it reads");
    for id in &all {
        assert!(record.contains(&format!("\"message\":\"{id}\"")), "message {id} is not on record");
    }
    hall.server.shutdown().await;
}
