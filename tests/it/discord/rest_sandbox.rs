//! The executor against the sandbox's Discord: what it does is really done
//! there, and every request is what Discord's document says.

use std::sync::Arc;
use std::time::Duration;

use gavel::clock::Clock;
use gavel::discord::rest::{Executor, Settings};
use gavel::domain::action::{Action, CaseId, Conclusion, Line, Outcome, Refusal};
use gavel::domain::card::{Language, NoticeKind};
use gavel::domain::event::{Answer, Event, Happening, Question, Sight};
use gavel::domain::id::{GuildId, MemberId, MessageId, RoleId, VenueId};
use gavel::domain::message::Attachment;
use gavel::platform::Platform;
use gavel::sandbox::rest::{Checker, Fault, How, RateLimits};
use gavel::sandbox::world::{Id, Kind, Upload};
use gavel::sandbox::{Config, Server, facts};
use serde_json::Value;
use tokio::sync::mpsc;

use super::server::{Memory, NOW, convert, intent};
use super::shown::{card, notice, threat_card};

const TOKEN: &str = "sandbox-token";
/// What an acting bot is invited with.
const PERMISSIONS: u64 = 2_252_091_871_587_488;

struct City {
    server: Server,
    guild: Id,
    rosa: Id,
    general: Id,
    log: Id,
    executor: Executor,
    inbox: mpsc::Receiver<Event>,
    sink: Memory,
}

fn checker() -> Checker {
    fn told(found: Vec<facts::Deviation>) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }
    Checker {
        request: |method, path, query, body| told(facts::check_request(method, path, query, body)),
        answer: |method, path, status, body| told(facts::check_answer(method, path, status, body)),
        event: |_, _| Vec::new(),
    }
}

impl City {
    async fn new() -> City {
        City::with(PERMISSIONS).await
    }

    async fn with(permissions: u64) -> City {
        let clock = Clock::manual(NOW);
        let config = Config { checker: Some(checker()), ..Config::default() };
        let server = Server::start(config, clock.clone()).await.unwrap();
        let mayor = server.make_user("The Mayor");
        let guild = server.make_guild("City of Monroe", mayor);
        let general = server.make_channel(guild, Kind::Text, "general-1");
        let log = server.make_channel(guild, Kind::Text, "mod-log");
        let rosa = server.make_member(guild, "Rosa", &[]);
        server.make_bot(guild, "Gavel", TOKEN, 1 << 15, permissions);
        let sink = Memory::default();
        let (to, inbox) = mpsc::channel(256);
        let settings = Settings {
            token: TOKEN.to_owned(),
            clock,
            convert: Arc::new(convert),
            ..super::server::settings(&server.rest_url(), sink.clone())
        };
        let executor = Executor::new(settings, to).unwrap();
        City { server, guild, rosa, general, log, executor, inbox, sink }
    }

    async fn next(&mut self) -> Happening {
        let event = tokio::time::timeout(Duration::from_secs(20), self.inbox.recv()).await;
        event.expect("nothing came").unwrap().happening
    }

    async fn run(&mut self, actions: Vec<Action>) -> Vec<Conclusion> {
        let count = actions.len();
        self.executor.take_over(actions.into_iter().enumerate().map(|(n, a)| (intent(n), a)).collect());
        let mut all = Vec::new();
        for _ in 0..count {
            let Happening::Concluded(conclusion) = self.next().await else { panic!("not a conclusion") };
            all.push(conclusion);
        }
        all.sort_by_key(|conclusion| conclusion.intent);
        assert_eq!(self.server.deviations(), Vec::<String>::new());
        all
    }

    async fn outcome(&mut self, action: Action) -> Outcome {
        self.run(vec![action]).await.remove(0).outcome
    }

    fn delete(&self, message: Id) -> Action {
        Action::Delete {
            case: Some(CaseId(1)),
            venue: venue(self.general),
            message: MessageId::new(message).unwrap(),
            reason: "rule `obscenity`, case 1".to_owned(),
        }
    }

    fn contents(&self, channel: Id) -> Vec<String> {
        let messages = self.server.read_as(self.rosa, channel).unwrap();
        messages.iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
    }
}

fn venue(raw: Id) -> VenueId {
    VenueId::new(raw).unwrap()
}

#[tokio::test]
async fn messages_are_taken_down_alone_and_together() {
    let mut city = City::new().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(city.server.post_as(city.rosa, city.general, format!("message {n}").as_str()).unwrap());
    }
    assert_eq!(city.outcome(city.delete(ids[0])).await, Outcome::Done);
    assert_eq!(city.outcome(city.delete(ids[0])).await, Outcome::AlreadyDone);
    let rest = ids[1..4].iter().map(|id| city.delete(*id)).collect();
    assert!(city.run(rest).await.iter().all(|c| c.outcome == Outcome::Done));
    assert_eq!(city.contents(city.general), ["message 4"]);
    let requests = city.server.requests();
    assert!(requests.iter().any(|request| request.path.ends_with("bulk-delete")));
    assert_eq!(requests[0].reason.as_deref(), Some("rule `obscenity`, case 1"));
}

#[tokio::test]
async fn without_the_permission_nothing_is_taken_down() {
    const MANAGE_MESSAGES: u64 = 1 << 13;
    let mut city = City::with(PERMISSIONS & !MANAGE_MESSAGES).await;
    let ids = [0, 1, 2].map(|_| city.server.post_as(city.rosa, city.general, "x").unwrap());
    assert_eq!(city.outcome(city.delete(ids[0])).await, Outcome::Refused(Refusal::Permission));
    let all = ids.iter().map(|id| city.delete(*id)).collect();
    assert!(city.run(all).await.iter().all(|c| c.outcome == Outcome::Refused(Refusal::Permission)));
    assert_eq!(city.contents(city.general).len(), 3);
}

#[tokio::test]
async fn what_happened_and_was_not_said_is_told_for_what_it_was() {
    let mut city = City::new().await;
    let id = city.server.post_as(city.rosa, city.general, "x").unwrap();
    city.server.order_fault(Fault::new("DELETE", "/messages/", 1, How::HappensThen(502)));
    assert_eq!(city.outcome(city.delete(id)).await, Outcome::Done);
    city.server.order_fault(Fault::new("POST", "/messages", 1, How::HappensThen(500)));
    let line = Line::new("line-not-approved", &[("channel", &"memes")]);
    let told = city.run(vec![Action::Tell { venue: venue(city.log), line }]).await.remove(0);
    assert_eq!((told.outcome, told.tries), (Outcome::Done, 2));
    assert_eq!(city.contents(city.log).len(), 1, "said once");
}

#[tokio::test]
async fn discords_limits_are_kept() {
    let mut city = City::new().await;
    city.server.set_rate_limits(RateLimits::Discord);
    let ids: Vec<Id> = (0..120).map(|_| city.server.place_as(city.rosa, city.general, "x")).collect();
    let all = ids.iter().map(|id| city.delete(*id)).collect();
    assert!(city.run(all).await.iter().all(|c| c.outcome == Outcome::Done));
    assert!(city.server.requests().iter().all(|request| request.status != 429));
}

#[tokio::test]
async fn a_notice_arrives_or_a_note_tells_of_it() {
    let mut city = City::new().await;
    let mut told = notice(NoticeKind::Held, Language::En);
    told.to = MemberId::new(city.rosa).unwrap();
    let notify = || Action::Notify { case: None, notice: told.clone().into() };
    assert_eq!(city.outcome(notify()).await, Outcome::Done);
    assert_eq!(city.server.inbox(city.rosa).len(), 1);
    city.server.set_dms_open(city.rosa, false);
    assert_eq!(city.outcome(notify()).await, Outcome::Refused(Refusal::DirectMessagesClosed));
    let note = Action::FallbackNote { case: None, venue: venue(city.general), member: Some(told.to) };
    let stands = city.run(vec![note]).await.remove(0).posted.unwrap();
    assert_eq!(city.contents(city.general).len(), 1);
    let away = Action::WithdrawNote { venue: stands.0, message: stands.1 };
    assert_eq!(city.outcome(away).await, Outcome::Done);
    assert_eq!(city.contents(city.general).len(), 0);
}

#[tokio::test]
async fn cards_answers_lines_and_titles_are_taken_by_the_server() {
    let mut city = City::new().await;
    let to = city.server.post_as(city.rosa, city.general, "who do I ask?").unwrap();
    let thread = city.server.thread_as(city.rosa, city.general, Some(to), "a rude title").unwrap();
    let role = city.server.make_role(city.guild, "Duty officer", 0, true);
    let mut threat = threat_card();
    threat.page = Some("Duty officer".to_owned());
    threat.page_role = RoleId::new(role);
    let post = |card| Action::Post { venue: venue(city.log), card: Arc::new(card) };
    let actions = vec![
        post(card()),
        post(threat),
        Action::Respond {
            case: None,
            venue: venue(city.general),
            message: MessageId::new(to).unwrap(),
            response: "press".to_owned(),
            office: "Communications Department".to_owned(),
            language: Language::En,
        },
        Action::Retitle {
            case: None,
            venue: venue(thread),
            title: "Title under review".to_owned(),
            reason: "case 1".to_owned(),
        },
        Action::Checkpoint { venue: venue(city.log), text: "gavel/log\n1\nabc=\n".to_owned() },
    ];
    let conclusions = city.run(actions).await;
    assert!(conclusions.iter().all(|c| c.outcome == Outcome::Done), "{conclusions:#?}");
    let (place, message) = conclusions[0].posted.unwrap();
    let closed = gavel::domain::card::Standing::Removed;
    let update = Action::Update {
        venue: place,
        message,
        card: Arc::new(gavel::domain::card::Card { standing: closed, ..card() }),
    };
    assert_eq!(city.outcome(update).await, Outcome::Done);
    let shown = city.server.read_as(city.rosa, city.log).unwrap();
    let edited = shown.iter().find(|m| m["id"] == message.to_string()).unwrap();
    assert_eq!(edited["embeds"][0]["title"], "Case 12: taken down (hold)");
}

#[tokio::test]
async fn history_roles_standing_and_files_are_found() {
    let mut city = City::new().await;
    let first = city.server.post_as(city.rosa, city.general, "first").unwrap();
    for n in 0..130 {
        let text = n.to_string();
        city.server.place_as(city.rosa, city.general, text.as_str());
    }
    let upload = Upload::new("note.txt", "text/plain", "what it says");
    let with_file = city.server.attach_as(city.rosa, city.general, "see file", vec![upload]).unwrap();

    let after = MessageId::new(first);
    city.executor.look(Question::History { venue: venue(city.general), after, limit_days: 0 });
    let mut files = Vec::new();
    let mut count = 0;
    loop {
        match city.next().await {
            Happening::Seen { frame, sight: Sight::Posted { message, history: true } } => {
                count += 1;
                let raw: Value = serde_json::from_str(&frame.raw).unwrap();
                if message.id.get() == with_file {
                    files = raw["attachments"].as_array().unwrap().clone();
                }
            }
            Happening::Answered(Answer::HistoryRead { count: told, error, .. }) => {
                assert_eq!((told, error), (131, None));
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(count, 131);

    let attachments = files
        .iter()
        .map(|file| Attachment {
            id: file["id"].as_str().unwrap().parse().unwrap(),
            filename: "note.txt".to_owned(),
            content_type: Some("text/plain".to_owned()),
            size: file["size"].as_u64().unwrap(),
            url: file["url"].as_str().unwrap().to_owned(),
        })
        .collect();
    let message = MessageId::new(with_file).unwrap();
    city.executor.look(Question::Capture { venue: venue(city.general), message, attachments });
    let Happening::Answered(Answer::Captured { files, .. }) = city.next().await else { panic!() };
    assert_eq!(files[0].text.as_deref(), Some("what it says"));
    assert_eq!(city.sink.files().len(), 1);

    city.executor.look(Question::Stands { venue: venue(city.general), message });
    let Happening::Answered(Answer::Stands { stands, .. }) = city.next().await else { panic!() };
    assert_eq!(stands, Some(true));

    let role = city.server.make_role(city.guild, "City staff", 0, false);
    city.server.set_roles(city.guild, city.rosa, &[role]);
    let (guild, member) = (GuildId::new(city.guild).unwrap(), MemberId::new(city.rosa).unwrap());
    city.executor.look(Question::Roles { guild, member, about: message });
    let Happening::Answered(Answer::Roles { roles, .. }) = city.next().await else { panic!() };
    assert_eq!(roles, Some(vec![RoleId::new(role).unwrap()]));
    assert_eq!(city.server.deviations(), Vec::<String>::new());
}
