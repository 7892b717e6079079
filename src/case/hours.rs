//! Staffed hours: the only hours in which the clocks of holds run.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::domain::deployment::Hours;
use crate::domain::id::Moment;

/// How many days ahead a clock is followed; an office that is closed for
/// longer has no clock.
const FARTHEST_DAYS: usize = 400;

/// Office hours in a time zone.
#[derive(Clone, Debug)]
pub struct Staffed {
    hours: Hours,
    zone: TimeZone,
}

impl Staffed {
    /// `None` if the time zone is not known.
    pub fn new(hours: &Hours, zone: &str) -> Option<Staffed> {
        Some(Staffed { hours: hours.clone(), zone: TimeZone::get(zone).ok()? })
    }

    /// Milliseconds between two moments in which the offices were staffed.
    pub fn between_ms(&self, from: Moment, to: Moment) -> i64 {
        if to <= from {
            return 0;
        }
        let mut total = 0;
        let mut day = self.date_of(from);
        let last = self.date_of(to);
        for _ in 0..FARTHEST_DAYS {
            if let Some((open, close)) = self.day(day) {
                total += (close.0.min(to.0) - open.0.max(from.0)).max(0);
            }
            if day >= last {
                break;
            }
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
        }
        total
    }

    /// When `ms` staffed milliseconds after `from` have passed.
    pub fn after_ms(&self, from: Moment, ms: i64) -> Option<Moment> {
        let mut left = ms;
        let mut day = self.date_of(from);
        for _ in 0..FARTHEST_DAYS {
            if let Some((open, close)) = self.day(day) {
                let begin = open.0.max(from.0);
                let available = close.0 - begin;
                if available >= left && available > 0 {
                    return Some(Moment(begin + left));
                }
                left -= available.max(0);
            }
            day = day.checked_add(1.day()).ok()?;
        }
        None
    }

    /// The civil day of a moment, as `2026-11-26`.
    pub fn civil_day(&self, at: Moment) -> String {
        self.date_of(at).to_string()
    }

    /// Opening and closing on a day, where it is a working day.
    fn day(&self, day: Date) -> Option<(Moment, Moment)> {
        let weekday = day.weekday().to_monday_zero_offset() as usize;
        if !self.hours.days[weekday] || self.hours.holidays.contains(&day.to_string()) {
            return None;
        }
        Some((self.at(day, self.hours.open)?, self.at(day, self.hours.close)?))
    }

    fn at(&self, day: Date, minutes: u16) -> Option<Moment> {
        let time = Time::new((minutes / 60).min(23) as i8, (minutes % 60) as i8, 0, 0).ok()?;
        let zoned = self.zone.to_ambiguous_zoned(DateTime::from_parts(day, time)).compatible().ok()?;
        Some(Moment(zoned.timestamp().as_millisecond()))
    }

    fn date_of(&self, at: Moment) -> Date {
        let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        timestamp.to_zoned(self.zone.clone()).date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment(text.parse::<Timestamp>().expect("a timestamp").as_millisecond())
    }

    fn staffed() -> Staffed {
        let hours = Hours { holidays: vec!["2026-11-26".into()], ..Hours::default() };
        Staffed::new(&hours, "America/New_York").expect("a known zone")
    }

    #[test]
    fn a_clock_runs_while_the_office_is_open() {
        let staffed = staffed();
        // Friday 15:30 in New York; the office closes at 16:30.
        let friday = moment("2026-11-20T20:30:00Z");
        let end = staffed.after_ms(friday, 4 * 3_600_000).expect("an end");
        assert_eq!(end, moment("2026-11-23T16:00:00Z"), "one hour on Friday, three on Monday from 8:00");
        assert_eq!(staffed.between_ms(friday, end), 4 * 3_600_000);
    }

    #[test]
    fn nights_weekends_and_holidays_do_not_count() {
        let staffed = staffed();
        let saturday = moment("2026-11-21T12:00:00Z");
        assert_eq!(staffed.between_ms(saturday, moment("2026-11-23T12:00:00Z")), 0);
        let thanksgiving = moment("2026-11-26T12:00:00Z");
        assert_eq!(staffed.between_ms(thanksgiving, thanksgiving.plus_ms(12 * 3_600_000)), 0);
    }

    #[test]
    fn the_clock_change_is_not_an_hour_of_work() {
        let staffed = staffed();
        // Clocks went back on Sunday, 2026-11-01.
        let before = moment("2026-10-30T20:30:00Z");
        let after = moment("2026-11-02T13:00:00Z");
        assert_eq!(staffed.between_ms(before, after), 0, "Friday 16:30 to Monday 8:00, local time");
    }
}
