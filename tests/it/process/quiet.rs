//! What the process says of itself, and what it never says.

use std::time::Duration;

use super::{Hall, Process, SOON, gavel};

/// What an employee writes about work leaves the name of the protection
/// nowhere: not in the record, not on a card, not in the log at its loudest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_name_of_the_protection_for_employees_stands_nowhere() {
    let hall = Hall::new().await;
    let config = hall.dir.path().join("bot.toml").display().to_string();
    let mut command = gavel(&["run", "--config", &config]);
    command.env("GAVEL_DISCORD_API", hall.server.rest_url());
    command.env("DISCORD_TOKEN", gavel::sandbox::city::TOKEN).env("RUST_LOG", "trace");
    let mut bot = Process::start(command);
    assert!(bot.ready());
    let general = hall.at("general");
    let said = "Our supervisors treat us like shit and the pay is an insult, we should all join the union";
    hall.server.post_as(hall.who("dana"), general, said).expect("posted");
    let rude = hall.server.post_as(hall.who("gremlin"), general, "Move your car, asshole").expect("posted");
    let gone = hall.server.wait_until(SOON, |w| w.message(general, rude).is_none().then_some(())).await;
    assert!(gone.is_some());
    let (ended, _) = bot.terminate();
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    assert!(!ended.errors.to_lowercase().contains("concerted"), "{}", ended.errors);
    assert!(!ended.errors.contains("join the union"), "what people write is no log line");
    let mut dirs = vec![hall.data()];
    let mut read = 0;
    while let Some(dir) = dirs.pop() {
        for file in std::fs::read_dir(dir).expect("it reads") {
            let path = file.expect("it reads").path();
            if path.is_dir() {
                dirs.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                read += 1;
                let lower = bytes.to_ascii_lowercase();
                assert!(memchr::memmem::find(&lower, b"concerted").is_none(), "{}", path.display());
            }
        }
    }
    assert!(read > 3);
    let cards: Vec<_> =
        hall.server.requests().into_iter().map(|r| r.body.to_string().to_lowercase()).collect();
    assert!(cards.iter().all(|body| !body.contains("concerted")));
    hall.server.shutdown().await;
}

/// SIGHUP reads the files again, and keeps the old ones if the new are broken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_policy_is_not_taken_up_by_a_running_bot() {
    let hall = Hall::new().await;
    let mut bot = hall.run();
    assert!(bot.ready());
    let general = hall.at("general");
    hall.write("monroe.toml", "id = 7\n");
    bot.signal("HUP");
    hall.server.post_as(hall.who("rosa"), general, "Good morning").expect("posted");
    let rude = hall.server.post_as(hall.who("gremlin"), general, "Move your car, asshole").expect("posted");
    let gone = hall.server.wait_until(SOON, |w| w.message(general, rude).is_none().then_some(())).await;
    assert!(gone.is_some());
    // And one that is in order is taken up.
    let observing = hall.deployment().replacen("[discord]", "posture = \"observe\"\n\n[discord]", 1);
    let observing = observing.replacen("posture = \"observe\"\n\n[discord]", "[discord]", 1);
    let observing = format!("posture = \"observe\"\n{observing}");
    hall.write("monroe.toml", crate::browser::town::MONROE);
    hall.write("bot.toml", &observing);
    bot.signal("HUP");
    let journal = hall.data().join("journal/00000000.jsonl");
    let settled = async {
        while !std::fs::read_to_string(&journal).expect("it reads").contains("\"settings\"") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(SOON, settled).await.expect("the new settings are on record");
    let (ended, took) = bot.terminate();
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(ended.errors.contains("the old ones stay in force"), "{}", ended.errors);
    hall.server.shutdown().await;
}

/// A feed of false hosts that an operator replaces is in force without a
/// restart and without a word to the process, for links and for hosts that are
/// merely named.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_is_taken_up_when_it_is_replaced() {
    let hall = Hall::new().await;
    hall.write("feed.txt", "other-gifts.example\n");
    hall.write("bot.toml", &(hall.deployment() + "\n[links]\nlisted = \"feed.txt\"\n"));
    let mut bot = hall.run();
    assert!(bot.ready());
    let (general, gremlin) = (hall.at("general"), hall.who("gremlin"));
    let post = |text: &str| hall.server.post_as(gremlin, general, text).expect("posted");
    let is_gone = async |id: u64, within: Duration| {
        hall.server.wait_until(within, |w| w.message(general, id).is_none().then_some(())).await.is_some()
    };
    let before = post("the schedule is on https://free-gifts.com/all");
    assert!(is_gone(post("and here https://other-gifts.example/"), SOON).await);
    let stands = hall.server.look(|w| w.message(general, before).is_some());
    assert!(stands, "not listed yet");
    // As whoever fetches a feed replaces it: at once.
    hall.write(
        "feed.new",
        &(0..20_000)
            .map(|n| format!("h{n}.example\n"))
            .chain(["free-gifts.com\n".to_owned()])
            .collect::<String>(),
    );
    std::fs::rename(hall.dir.path().join("feed.new"), hall.dir.path().join("feed.txt")).expect("replaced");
    let asked = std::time::Instant::now();
    for page in 2.. {
        let link = post(&format!("the schedule is on page https://free-gifts.com/{page}"));
        if is_gone(link, Duration::from_secs(1)).await {
            break;
        }
        assert!(asked.elapsed() < SOON, "the new feed is not in force");
    }
    assert!(is_gone(post("just type free-gifts.com into your phone"), SOON).await);
    let (ended, _) = bot.terminate();
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    hall.server.shutdown().await;
}
