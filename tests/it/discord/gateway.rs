//! The connection: who it says it is, what it keeps in order, and how it goes
//! on after being cut.

use std::time::{Duration, Instant};

use gavel::discord::gateway::{AddressError, Api, GatewayError, INTENTS, SessionKeeper};
use gavel::domain::event::Happening;
use gavel::domain::id::GuildId;
use serde_json::json;

use super::frames::{self, dispatch, home, us};
use super::gateway_server::{Bot, Server, TOKEN, says, soon};

#[tokio::test]
async fn it_says_who_it_is_and_hears_about_its_server() {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    let mut door = server.accept().await;
    assert!(door.path.contains("v=10") && door.path.contains("encoding=json"), "{}", door.path);
    let identify = door.receive().await;
    assert_eq!(identify["op"], 2);
    assert_eq!(identify["d"]["token"], format!("Bot {TOKEN}"));
    assert_eq!(identify["d"]["intents"], 3_183_109);
    assert_eq!(INTENTS, 1 | 1 << 2 | 1 << 9 | 1 << 12 | 1 << 15 | 1 << 20 | 1 << 21);
    assert_eq!(identify["d"]["shard"], json!([0, 1]));
    door.send(&dispatch("READY", 1, &frames::ready())).await;
    assert_eq!(bot.told().await, "fresh");
    assert_eq!(bot.told().await, "1 other");
    let known = bot.known.borrow().clone();
    assert_eq!((known.us, known.home, known.connected), (us(), Some(home()), true));
    door.send(&dispatch("GUILD_CREATE", 2, &frames::guild())).await;
    assert_eq!(bot.told().await, "2 guild City of Monroe");
    assert_eq!(*server.asked.lock().unwrap(), ["/api/v10/gateway/bot"]);
}

#[tokio::test]
async fn frames_arrive_raw_and_in_order_however_slowly_they_are_taken() {
    let server = Server::start().await;
    let mut bot = Bot::with(&server, SessionKeeper::default(), 2, None, TOKEN);
    let mut door = server.accept_new().await;
    let sending = tokio::spawn(async move {
        for n in 3..1003 {
            door.send(&says(n, &format!("line {n}"))).await;
        }
        door
    });
    bot.up_to("2 guild City of Monroe").await;
    for n in 3..1003 {
        let Happening::Seen { frame, .. } = bot.event().await else { panic!("a frame") };
        assert_eq!((frame.sequence, &*frame.raw), (n, says(n, &format!("line {n}")).as_str()));
    }
    soon(sending).await.unwrap();
}

#[tokio::test]
async fn a_frame_of_two_megabytes_and_one_over_many_lines() {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    let mut door = server.accept_new().await;
    let long = "long ".repeat(400_000);
    door.send(&says(3, &long)).await;
    door.send(&says(4, "lines").replace(",\"op\"", ",\r\n\"op\"")).await;
    bot.up_to("2 guild City of Monroe").await;
    assert_eq!(bot.told().await, format!("3 posted {long}"));
    let Happening::Seen { frame, .. } = bot.event().await else { panic!("a frame") };
    assert!(!frame.raw.contains(['\r', '\n']), "a frame stands on one line");
}

#[tokio::test]
async fn what_is_no_json_is_an_event_and_no_reason_to_leave() {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    let mut door = server.accept_new().await;
    let good = says(4, "cut off here");
    for frame in ["no JSON", "", "{\"op\":0}", &good[..good.len() - 30]] {
        door.send(frame).await;
    }
    door.send(&says(5, "after")).await;
    bot.up_to("2 guild City of Monroe").await;
    assert_eq!(bot.told().await, "0 unreadable ?");
    assert_eq!(bot.told().await, "0 unreadable ?");
    assert_eq!(bot.told().await, "0 unreadable ?");
    assert_eq!(bot.told().await, "4 unreadable MESSAGE_CREATE");
    assert_eq!(bot.told().await, "5 posted after");
}

/// How a connection ends.
enum Ends {
    HangsUp,
    IsCut,
    Closes(u16),
    AsksToReconnect,
}

async fn resumes_after(ends: Ends) {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    let mut door = server.accept_new().await;
    door.send(&says(3, "before")).await;
    bot.up_to("3 posted before").await;
    match ends {
        Ends::HangsUp => door.hang_up(),
        Ends::IsCut => door.cut(),
        Ends::Closes(code) => door.close(code).await,
        Ends::AsksToReconnect => {
            door.send(r#"{"t":null,"s":null,"op":7,"d":null}"#).await;
            assert_eq!(door.closed().await, 4000);
        }
    }
    let mut door = server.accept().await;
    let resume = door.receive().await;
    assert_eq!((&resume["op"], &resume["d"]["seq"]), (&json!(6), &json!(3)));
    assert_eq!(resume["d"]["session_id"], "session-1");
    assert_eq!(resume["d"]["token"], format!("Bot {TOKEN}"));
    door.send(&says(4, "missed")).await;
    door.send(&dispatch("RESUMED", 5, &json!({}))).await;
    assert_eq!(bot.told().await, "lost");
    assert_eq!(bot.told().await, "4 posted missed");
    assert_eq!(bot.told().await, "5 other");
    assert_eq!(bot.told().await, "resumed");
    assert!(bot.known.borrow().connected);
}

#[tokio::test]
async fn a_lost_connection_is_resumed_from_the_last_frame() {
    for ends in [Ends::HangsUp, Ends::IsCut, Ends::Closes(4000), Ends::Closes(1001), Ends::AsksToReconnect] {
        resumes_after(ends).await;
    }
}

#[tokio::test]
async fn a_session_that_discord_gave_up_begins_anew() {
    for refusal in [None, Some(4009), Some(4007)] {
        let server = Server::start().await;
        let mut bot = Bot::start(&server);
        let mut door = server.accept_new().await;
        bot.up_to("2 guild City of Monroe").await;
        match refusal {
            None => {
                door.send(r#"{"t":null,"s":null,"op":9,"d":false}"#).await;
                door.closed().await;
            }
            Some(code) => door.close(code).await,
        }
        let _door = server.accept_new().await;
        assert_eq!(bot.told().await, "lost");
        assert_eq!(bot.told().await, "fresh");
        assert_eq!(bot.told().await, "1 other");
    }
}

async fn fatal(code: u16) -> String {
    let server = Server::start().await;
    let bot = Bot::start(&server);
    let mut door = server.accept().await;
    door.receive().await;
    door.close(code).await;
    bot.ended().await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_cannot_be_mended_by_trying_again_says_what_would() {
    let token = fatal(4004).await;
    assert!(token.contains("token") && token.contains("DISCORD_TOKEN"), "{token}");
    let intents = fatal(4014).await;
    assert!(intents.contains("Message Content Intent") && intents.contains("developer portal"), "{intents}");
    for code in [4010, 4011, 4012, 4013] {
        let said = fatal(code).await;
        assert!(said.contains(&code.to_string()), "{said}");
        assert!(!said.contains(TOKEN));
    }
}

#[tokio::test]
async fn a_refused_token_is_known_before_connecting() {
    let server = Server::start().await;
    let bot = Bot::with(&server, SessionKeeper::default(), 8, None, "another token");
    assert_eq!(bot.ended().await, Err(GatewayError::TokenRefused));
}

#[tokio::test]
async fn in_several_servers_one_has_to_be_named() {
    let guilds = json!({"guilds": [{"id": "100"}, {"id": "555"}]});
    let server = Server::start().await;
    let bot = Bot::start(&server);
    let mut door = server.accept().await;
    door.receive().await;
    door.send(&dispatch("READY", 1, &frames::with(frames::ready(), guilds.clone()))).await;
    let error = bot.ended().await.unwrap_err().to_string();
    assert!(error.contains("guild_id") && error.contains("100, 555"), "{error}");

    let mut bot = Bot::with(&server, SessionKeeper::default(), 8, GuildId::new(100), TOKEN);
    let mut door = server.accept().await;
    door.receive().await;
    door.send(&dispatch("READY", 1, &frames::with(frames::ready(), guilds))).await;
    let other = json!({"id": "555", "name": "Gaming", "owner_id": "1"});
    door.send(&dispatch("GUILD_CREATE", 2, &other)).await;
    door.send(&dispatch("MESSAGE_CREATE", 3, &frames::message(json!({"guild_id": "555"})))).await;
    door.send(&dispatch("GUILD_CREATE", 4, &frames::guild())).await;
    assert_eq!(bot.told().await, "fresh");
    assert_eq!(bot.told().await, "1 other");
    assert_eq!(bot.told().await, "4 guild City of Monroe", "nothing of the other server came through");
    let others: Vec<String> = bot.known.borrow().others.values().cloned().collect();
    assert_eq!(others, ["Gaming"]);
}

#[tokio::test]
async fn a_later_process_goes_on_where_the_record_ends() {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    let mut door = server.accept_new().await;
    for n in 3..7 {
        door.send(&says(n, &format!("line {n}"))).await;
    }
    assert_eq!(bot.keeper.bytes(), None, "nothing is on record yet");
    bot.store_up_to("4 posted line 4").await;
    // Two more were received, but not stored.
    bot.up_to("6 posted line 6").await;
    let stored = bot.keeper.bytes().expect("a session");
    assert!(!String::from_utf8_lossy(&stored).contains(TOKEN));
    let stopping = bot.ask_to_stop();
    assert_eq!(door.closed().await, 4000, "a code that leaves the session resumable");
    soon(stopping).await.unwrap().unwrap();

    let mut bot = Bot::again(&server, &stored);
    let mut door = server.accept().await;
    let resume = door.receive().await;
    assert_eq!((&resume["op"], &resume["d"]["seq"]), (&json!(6), &json!(4)));
    assert_eq!(resume["d"]["session_id"], "session-1");
    door.send(&says(5, "line 5")).await;
    door.send(&dispatch("RESUMED", 7, &json!({}))).await;
    // Discord does not describe the server again; it was asked.
    assert_eq!(bot.told().await, "0 guild City of Monroe");
    assert_eq!(bot.told().await, "5 posted line 5");
    assert_eq!(bot.told().await, "7 other");
    assert_eq!(bot.told().await, "resumed");
    assert_eq!(bot.known.borrow().us, us());
    assert!(server.asked.lock().unwrap().iter().any(|path| path == "/api/v10/guilds/100/members/900"));
}

#[tokio::test]
async fn an_old_session_that_is_over_gives_way_to_a_new_one() {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    let door = server.accept_new().await;
    bot.store_up_to("2 guild City of Monroe").await;
    let stored = bot.keeper.bytes().unwrap();
    drop(door);
    bot.stop().await.unwrap();

    let mut bot = Bot::again(&server, &stored);
    let mut door = server.accept().await;
    assert_eq!(door.receive().await["op"], 6);
    door.send(r#"{"t":null,"s":null,"op":9,"d":false}"#).await;
    door.closed().await;
    let mut door = server.accept().await;
    assert_eq!(door.receive().await["op"], 2);
    let ready = json!({"session_id": "session-2", "resume_gateway_url": server.url()});
    door.send(&dispatch("READY", 1, &frames::with(frames::ready(), ready))).await;
    bot.up_to_check("fresh", "session-1").await;
    bot.store_up_to("1 other").await;
    assert!(String::from_utf8(bot.keeper.bytes().unwrap()).unwrap().contains("session-2"));
}

#[tokio::test]
async fn a_session_whose_server_cannot_be_asked_about_is_given_up() {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    let _door = server.accept_new().await;
    bot.store_up_to("2 guild City of Monroe").await;
    let stored = String::from_utf8(bot.keeper.bytes().unwrap()).unwrap();
    bot.stop().await.unwrap();
    let elsewhere = stored.replace(r#""guild":"100""#, r#""guild":"101""#);
    assert_ne!(stored, elsewhere);
    for stored in [elsewhere.as_str(), "{}", "no JSON"] {
        let mut bot = Bot::again(&server, stored.as_bytes());
        let mut door = server.accept().await;
        assert_eq!(door.receive().await["op"], 2, "a new session");
        assert_eq!(bot.keeper.bytes(), None);
        door.send(&dispatch("READY", 1, &frames::ready())).await;
        door.send(&dispatch("GUILD_CREATE", 2, &frames::guild())).await;
        assert_eq!(bot.told().await, "fresh");
        assert_eq!(bot.told().await, "1 other");
        assert_eq!(bot.told().await, "2 guild City of Monroe");
    }
}

impl Bot {
    /// Takes events up to `last`; until that is stored the kept session is `session`.
    async fn up_to_check(&mut self, last: &str, session: &str) {
        loop {
            let happening = self.event().await;
            let kept = String::from_utf8(self.keeper.bytes().expect("a session")).unwrap();
            assert!(kept.contains(session), "{kept}");
            self.keeper.stored(&happening);
            if super::gateway_server::words(&happening) == last {
                return;
            }
        }
    }
}

#[tokio::test]
async fn stopping_does_not_wait_for_room_in_the_inbox() {
    let server = Server::start().await;
    let bot = Bot::with(&server, SessionKeeper::default(), 1, None, TOKEN);
    let mut door = server.accept_new().await;
    for n in 3..20 {
        door.send(&says(n, "waiting")).await;
    }
    let stopping = bot.ask_to_stop();
    soon(stopping).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_token_goes_nowhere_unencrypted_but_here() {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    let mut door = server.accept().await;
    door.receive().await;
    // Nobody could be reached there, and nobody shall be tried.
    let elsewhere = json!({"resume_gateway_url": "ws://192.0.2.1:9"});
    door.send(&dispatch("READY", 1, &frames::with(frames::ready(), elsewhere))).await;
    bot.up_to("1 other").await;
    door.close(4000).await;
    let mut door = server.accept().await;
    assert_eq!(door.receive().await["op"], 6, "resumed at the address that the server names");
}

#[tokio::test]
async fn a_gateway_that_hangs_up_again_and_again_is_not_stormed() {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    server.accept_new().await.close(4000).await;
    // At once after the first time, after a second the next.
    let door = server.accept().await;
    let second = Instant::now();
    door.close(4000).await;
    let mut door = server.accept().await;
    assert!(second.elapsed() >= Duration::from_secs(1), "{:?}", second.elapsed());
    assert_eq!(door.receive().await["op"], 6);
    bot.up_to("lost").await;
}

#[tokio::test]
async fn while_the_server_is_away_nobody_is_watching() {
    let server = Server::start().await;
    let mut bot = Bot::start(&server);
    let mut door = server.accept_new().await;
    bot.up_to("2 guild City of Monroe").await;
    door.send(&dispatch("GUILD_DELETE", 3, &json!({"id": "100", "unavailable": true}))).await;
    assert_eq!(bot.told().await, "3 other");
    assert_eq!(bot.told().await, "lost");
    door.send(&dispatch("GUILD_CREATE", 4, &frames::guild())).await;
    assert_eq!(bot.told().await, "fresh");
    assert_eq!(bot.told().await, "4 guild City of Monroe");
}

#[test]
fn addresses() {
    let ok = |given: &str| Api::parse(given).unwrap().rest();
    assert_eq!(Api::default().rest(), "https://discord.com/api/v10");
    assert_eq!(ok("http://127.0.0.1:4000"), "http://127.0.0.1:4000/api/v10");
    assert_eq!(ok("http://localhost:4000/"), "http://localhost:4000/api/v10");
    assert_eq!(ok("http://[::1]:4000"), "http://[::1]:4000/api/v10");
    assert_eq!(ok("https://proxy.city.example/discord/"), "https://proxy.city.example/discord/api/v10");
    for given in
        ["http://discord.com", "http://127.0.0.1.evil.example", "http://10.0.0.1:4000", "http://0.0.0.0"]
    {
        let error = Api::parse(given).unwrap_err();
        assert_eq!(error, AddressError::Insecure { given: given.into() });
        assert!(error.to_string().contains("https://"), "{error}");
    }
    for given in ["", "discord.com", "ftp://discord.com", "https://user:pass@discord.com"] {
        assert!(matches!(Api::parse(given), Err(AddressError::Malformed { .. })), "{given}");
    }
    let here = Api::parse("http://127.0.0.1:4000").unwrap();
    assert_eq!(here.gateway("ws://127.0.0.1:4001/").as_deref(), Ok("ws://127.0.0.1:4001"));
    assert!(here.gateway("ws://192.0.2.1").is_err());
    assert!(Api::default().gateway("ws://127.0.0.1:4001").is_err(), "Discord does not live here");
    assert_eq!(Api::default().gateway("wss://gateway.discord.gg").as_deref(), Ok("wss://gateway.discord.gg"));
    assert!(Api::default().gateway("wss://gateway.discord.gg/?v=9").is_err());
}
