//! The bot that a programmer writes in an afternoon: serenity's client, a
//! hundred words in one `RegexSet`, a delete for what matches. It keeps no
//! record, tells nobody, and loses whatever it was doing when it stops.
//!
//! Gavel is measured against it because it is what a city would otherwise
//! run. It is made as fast as serenity lets it be without effort: no cache, no
//! rate limiter, no logging.

use regex::RegexSet;
use serenity::all::{ClientBuilder, Context, EventHandler, GatewayIntents, HttpBuilder, Message, Ready};
use serenity::async_trait;

/// How many words it looks for, made up beside the one that the comparison
/// posts.
const WORDS: usize = 100;

struct Floor {
    words: RegexSet,
}

#[async_trait]
impl EventHandler for Floor {
    async fn ready(&self, _: Context, _: Ready) {
        println!("ready");
    }

    async fn message(&self, context: Context, message: Message) {
        if self.words.is_match(&message.content)
            && let Err(error) = context.http.delete_message(message.channel_id, message.id, None).await
        {
            eprintln!("not deleted: {error}");
        }
    }
}

/// The given words, and made-up ones up to [`WORDS`].
fn patterns(given: &str) -> Vec<String> {
    const FIRST: [&str; 10] = ["bra", "cro", "dul", "fen", "gri", "hob", "jax", "kel", "mur", "sto"];
    const LAST: [&str; 10] = ["bert", "dock", "fang", "gust", "lorn", "mite", "nard", "pell", "rix", "wort"];
    let made_up = FIRST.iter().flat_map(|first| LAST.iter().map(move |last| format!("{first}{last}")));
    let words = given.split(',').filter(|word| !word.is_empty()).map(str::to_owned).chain(made_up);
    words.take(WORDS).map(|word| format!(r"(?i)\b{word}\b")).collect()
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("`{name}` is not set"));
    let token = variable("DISCORD_TOKEN")?;
    let words = RegexSet::new(patterns(&variable("FLOOR_WORDS")?))?;
    // serenity takes a proxy only without its own rate limiter.
    let http =
        HttpBuilder::new(&token).proxy(variable("FLOOR_DISCORD_API")?).ratelimiter_disabled(true).build();
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::MESSAGE_CONTENT;
    ClientBuilder::new_with_http(http, intents).event_handler(Floor { words }).await?.start().await?;
    Ok(())
}
