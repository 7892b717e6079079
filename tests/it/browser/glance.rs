//! What is in sight at once, on a desk, a tablet and a phone, and what is said
//! only where it belongs.

use serde_json::json;

use super::*;

/// A page with a removed message on it, and the tour paused at its beginning.
async fn toured(town: &Town) -> Browser {
    let browser = Browser::open(&town.url).await;
    browser.say("gremlin", "Move your car, asshole").await;
    browser
        .until("it is held", "document.querySelector('#city .outcome')?.innerText.startsWith('Held')")
        .await;
    browser.click("#tour-buttons button[value=play]").await;
    browser.until("the tour plays", "document.querySelector('#tour .count')").await;
    browser.click("#tour-buttons button[value=pause]").await;
    browser.until("it is paused", "document.querySelector('#tour-buttons button[value=close]')").await;
    browser
}

async fn holds(browser: &Browser, what: &str, script: &str) {
    assert_eq!(browser.run(&format!("return Boolean({script})")).await, json!(true), "{what}");
}

#[test]
fn the_channel_has_most_of_the_screen_and_the_city_is_beside_it() {
    run(async {
        let town = Town::monroe().await;
        let browser = toured(&town).await;
        for (width, height, least) in [(1280, 800, 350), (900, 1000, 500)] {
            browser.resize(width, height).await;
            let high = format!("document.querySelector('.scroll').clientHeight >= {least}");
            holds(&browser, "the channel is high enough", &high).await;
            let beside = "document.getElementById('city').getBoundingClientRect().top
                 === document.getElementById('main').getBoundingClientRect().top";
            holds(&browser, "the City stands beside it", beside).await;
            holds(
                &browser,
                "the page itself does not scroll",
                "document.documentElement.scrollHeight <= innerHeight",
            )
            .await;
            let nested = "![...document.querySelectorAll('#city *, #main .scroll *, #places *')].some((e) =>
                 ['auto', 'scroll'].includes(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight + 1)";
            holds(&browser, "nothing scrolls inside what scrolls", nested).await;
            let together = "Math.abs(document.querySelector('.attach label').getBoundingClientRect().top
                 - document.getElementById('file').getBoundingClientRect().top) < 16";
            holds(&browser, "a button stands by its label", together).await;
        }
        browser.close().await;
        town.close().await;
    });
}

#[test]
fn a_phone_shows_messages_first_and_what_became_of_each() {
    run(async {
        let town = Town::monroe().await;
        let browser = toured(&town).await;
        browser.resize(390, 844).await;
        let line = "document.querySelector('.log .gone .chip').innerText";
        holds(
            &browser,
            "a line under the message",
            &format!("{line}.startsWith('Held: down until a person decides · 3.7\\u00a0¶1')"),
        )
        .await;
        let first = "document.querySelector('.log li:last-child').getBoundingClientRect()";
        holds(
            &browser,
            "a message is on the first screen",
            &format!("scrollY === 0 && {first}.bottom <= innerHeight"),
        )
        .await;
        holds(&browser, "the places are put away", "!document.querySelector('#places').checkVisibility()")
            .await;

        browser.click("#open-places").await;
        browser
            .until("the places are open", "document.querySelector('#places').matches(':popover-open')")
            .await;
        browser.click("button.tab[value='inbox-gremlin']").await;
        browser
            .until(
                "one is there, and they are away again",
                "document.querySelector('#channel-title').innerText.includes('xX_gremlin_Xx') &&
                 !document.querySelector('#places').checkVisibility()",
            )
            .await;
        browser.close().await;
        town.close().await;
    });
}

#[test]
fn a_desk_offers_nothing_that_belongs_in_public() {
    run(async {
        let town = Town::monroe().await;
        let browser = Browser::open(&town.url).await;
        holds(&browser, "the examples are open at first", "document.querySelector('.examples').open").await;
        browser.say("rosa", "Is the library open on Saturday?").await;
        browser.until("then they are folded", "document.querySelector('#more-examples:not([open])')").await;

        let desk = town.stage.city.place("press-desk").expect("a desk").id;
        browser.click(&format!("button.tab[value='{desk}']")).await;
        browser
            .until(
                "one is at the desk",
                "document.querySelector('#channel-title').innerText.includes('press-desk')",
            )
            .await;
        assert_eq!(browser.text("#as option").await.trim(), "Sam (Communications moderator)");
        holds(&browser, "no examples", "!document.querySelector('.examples')").await;

        let general = town.stage.city.places[0].id;
        browser.click(&format!("button.tab[value='{general}']")).await;
        browser.until("back", "document.querySelector('#as')?.value === 'rosa'").await;
        browser.close().await;
        town.close().await;
    });
}

#[test]
fn a_notice_that_waits_is_said_to_wait() {
    run(async {
        let town = Town::monroe().await;
        let browser = Browser::open(&town.url).await;
        let steps = "(document.querySelector('#city .steps')?.innerText ?? '')";
        browser.say("gremlin", "Move your car, asshole").await;
        browser.until("the first is told", &format!("{steps}.includes('Notice to xX_gremlin_Xx')")).await;
        browser.say("gremlin", "And your trailer, asshole").await;
        browser
            .until(
                "the second waits for its hour",
                &format!("/Notice to xX_gremlin_Xx at \\d+:\\d\\d [AP]M/.test({steps})"),
            )
            .await;
        // A quarter of an hour and not less: the page must not promise too much.
        town.stage.server.clock().advance(14 * 60_000);
        browser.say("rosa", "Is the library open on Saturday?").await;
        browser
            .until(
                "another is judged",
                "document.querySelector('#city .quote').innerText.includes('library')",
            )
            .await;
        let second = ".log li.gone:nth-last-child(2) .chip";
        browser.click(second).await;
        browser.until("it waits still", "document.querySelector('#city .steps .waits')").await;
        town.stage.server.clock().advance(61_000);
        browser
            .until(
                "then it is told",
                &format!("!document.querySelector('#city .steps .waits') && {steps}.includes('Notice to xX_gremlin_Xx')"),
            )
            .await;
        browser.close().await;
        town.close().await;
    });
}

#[test]
fn a_thread_goes_by_its_title_and_a_name_by_its_bearer() {
    run(async {
        let town = Town::monroe().await;
        let (server, city) = (&town.stage.server, &town.stage.city);
        let (general, rosa, gremlin) = (city.places[0].id, city.user(0), city.user(6));
        let browser = Browser::open(&town.url).await;
        let on = server.post_as(rosa, general, "The fountain leaks").expect("posted");
        let thread = server.thread_as(rosa, general, Some(on), "A lovely thread").expect("opened");
        browser
            .until(
                "the thread is there",
                &format!("document.querySelector('button.tab[value=\"{thread}\"]')"),
            )
            .await;
        browser.click(&format!("button.tab[value='{thread}']")).await;
        browser
            .until(
                "its title",
                "document.querySelector('#channel-title').innerText.trim() === 'A lovely thread'",
            )
            .await;
        holds(
            &browser,
            "where it is",
            "document.querySelector('.heading p').innerText.startsWith('A thread in #general')",
        )
        .await;
        holds(&browser, "nothing is said of how it began", "!document.querySelector('.note .chip')").await;

        server.nick_as(gremlin, city.guild, gremlin, "Chief Asshole").expect("renamed");
        server.post_as(gremlin, general, "Everybody like my new name?").expect("posted");
        browser.click(&format!("button.tab[value='{general}']")).await;
        browser
            .until(
                "both names",
                "document.querySelector('.log li:last-child .by')?.innerText.includes('Chief Asshole')
                 && document.querySelector('.log li:last-child .by').innerText.includes('xX_gremlin_Xx, troll')",
            )
            .await;
        // The rules are pinned, and folded.
        assert!(browser.text(".log .pinned summary").await.starts_with("Pinned: Welcome"));
        browser.close().await;
        town.close().await;
    });
}
