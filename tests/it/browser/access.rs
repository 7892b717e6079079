//! Whether everybody can use the page: by the rules of WCAG 2.1 as axe-core
//! checks them, by keyboard alone, and on a narrow screen.

use serde_json::Value;

use super::*;

/// axe-core, run inside the page (see `vendor/README.md`).
const AXE: &str = include_str!("vendor/axe.min.js");

/// What axe finds wrong, each with the place.
async fn faults(browser: &Browser) -> Vec<String> {
    browser.run(&format!("{AXE};\nreturn 0")).await;
    let script = "const done = arguments[arguments.length - 1];
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
        window.axe.run(document, { runOnly: tags }).then(
          (found) => done(found.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.html.slice(0, 200)))),
          (error) => done([String(error)]))";
    let found = browser.client.execute_async(script, Vec::new()).await.expect("axe runs");
    let found = found.as_array().expect("a list").iter().map(Value::to_string);
    found.collect()
}

async fn busy_page(town: &Town) -> Browser {
    let browser = Browser::open(&town.url).await;
    // Reminders, a review, a hold, a desk and a removal, so that every colour is there.
    for n in [10, 4, 2, 5, 7, 3] {
        let before = browser.text(".counts").await;
        // They are folded after the first.
        browser.run("document.querySelector('.examples').open = true").await;
        browser.click(&format!(".examples button[value='{n}']")).await;
        let fresh = format!("document.querySelector('.counts').innerText !== {before:?}");
        browser.until("the record grows", &fresh).await;
    }
    browser
        .until("all is done", "document.querySelector('.counts div:last-child dd').innerText === '0'")
        .await;
    browser
}

#[test]
fn axe_finds_nothing_in_light_dark_and_narrow() {
    run(async {
        let town = Town::monroe().await;
        let browser = busy_page(&town).await;
        browser.click("#tour-buttons button[value=play]").await;
        browser.until("the tour plays", "document.querySelector('#tour .count')").await;
        browser.click("#tour-buttons button[value=pause]").await;
        browser
            .until("the tour is paused", "document.querySelector('#tour-buttons button[value=close]')")
            .await;
        browser.run("document.querySelectorAll('details').forEach((d) => d.open = true)").await;
        for theme in ["light", "dark"] {
            browser.prefer("prefers-color-scheme", theme).await;
            for (width, height) in [(1400, 900), (320, 700)] {
                browser.resize(width, height).await;
                assert_eq!(faults(&browser).await, Vec::<String>::new(), "{theme}, {width} wide");
            }
        }
        browser.click("#open-places").await;
        browser
            .until("the drawer is open", "document.querySelector('#places').matches(':popover-open')")
            .await;
        assert_eq!(faults(&browser).await, Vec::<String>::new(), "with the drawer open");
        browser.run("document.querySelector('#places').hidePopover()").await;
        browser.resize(1400, 900).await;
        for place in ["inbox-gremlin".to_owned(), town.stage.city.place("mod-log").unwrap().id.to_string()] {
            browser.click(&format!("button.tab[value='{place}']")).await;
            browser
                .until(
                    "there",
                    &format!("document.querySelector('button.tab[value=\"{place}\"][aria-current]')"),
                )
                .await;
            assert_eq!(faults(&browser).await, Vec::<String>::new(), "{place}");
        }
        browser.close().await;
        town.close().await;
    });
}

#[test]
fn a_narrow_screen_never_scrolls_sideways() {
    run(async {
        let town = Town::monroe().await;
        let browser = busy_page(&town).await;
        browser.resize(320, 700).await;
        for place in ["inbox-gremlin".to_owned(), town.stage.city.place("mod-log").unwrap().id.to_string()] {
            let wide = browser.run("return document.documentElement.scrollWidth").await;
            assert_eq!(wide, 320, "before {place}");
            browser.click("#open-places").await;
            browser.click(&format!("button.tab[value='{place}']")).await;
            browser
                .until(
                    "there",
                    &format!("document.querySelector('button.tab[value=\"{place}\"][aria-current]')"),
                )
                .await;
        }
        assert_eq!(browser.run("return document.documentElement.scrollWidth").await, 320);
        browser.close().await;
        town.close().await;
    });
}

#[test]
fn the_keyboard_is_enough() {
    run(async {
        let town = Town::monroe().await;
        let browser = Browser::open(&town.url).await;
        let press = async |keys: &str| {
            let active = browser.client.active_element().await.expect("something has the focus");
            active.send_keys(keys).await.expect("keys");
        };
        // The first stop is the way past everything else.
        press("\u{E004}").await;
        assert_eq!(browser.run("return document.activeElement.className").await, "skip");
        press("\u{E007}").await;
        browser.until("the box is reached", "location.hash === '#box'").await;
        browser.run("document.getElementById('box').focus()").await;
        press("Is the library open on Saturday?\u{E007}").await;
        browser.until("it stands", "document.querySelector('.log').innerText.includes('library open')").await;
        assert_eq!(browser.run("return document.activeElement.id").await, "box", "one can go on writing");
        assert_eq!(browser.run("return document.getElementById('box').value").await, "");
        // Every stop on the way shows that it has the focus.
        for _ in 0..12 {
            press("\u{E004}").await;
            let seen = browser
                .run(
                    "const e = document.activeElement;
                     return e === document.body || getComputedStyle(e).outlineStyle !== 'none'",
                )
                .await;
            assert_eq!(seen, true);
        }
        browser.close().await;
        town.close().await;
    });
}
