//! The chart of memories per day: numbers to bars. Drawn as SVG by the template.

use crate::store::summary::Day;

pub(super) const WIDTH: i64 = 720;
pub(super) const HEIGHT: i64 = 96;
const GAP: i64 = 4;

pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    /// For those who cannot see it.
    pub(super) description: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) most: i64,
}

pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) label: String,
}

impl Chart {
    pub(super) fn new(days: &[Day]) -> Self {
        let most = days.iter().map(|day| day.memories).max().unwrap_or(0);
        let step = WIDTH / i64::try_from(days.len()).unwrap_or(1).max(1);
        let bars = (0..)
            .zip(days)
            .map(|(position, day)| {
                // A day with one memory stays visible beside a day with a thousand.
                let height = if day.memories == 0 { 1 } else { (HEIGHT * day.memories / most).max(3) };
                let label = format!("{}: {}", day.day.strftime("%-d %b"), memories(day.memories));
                Bar { x: position * step + GAP / 2, y: HEIGHT - height, width: step - GAP, height, label }
            })
            .collect();
        let total = days.iter().map(|day| day.memories).sum();
        let busiest = days.iter().filter(|day| day.memories > 0).max_by_key(|day| day.memories);
        let description = match busiest {
            Some(day) => format!(
                "{} in {} days; the most on {}: {}",
                memories(total),
                days.len(),
                day.day.strftime("%-d %b"),
                day.memories
            ),
            None => format!("no memories in {} days", days.len()),
        };
        let name =
            |day: Option<&Day>| day.map(|day| day.day.strftime("%-d %b").to_string()).unwrap_or_default();
        Self { bars, description, first: name(days.first()), last: name(days.last()), most }
    }
}

fn memories(count: i64) -> String {
    if count == 1 { "1 memory".to_owned() } else { format!("{count} memories") }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn chart(counts: &[i64]) -> Chart {
        let days: Vec<_> = (1..)
            .zip(counts)
            .map(|(number, memories)| Day { day: date(2026, 3, number), memories: *memories })
            .collect();
        Chart::new(&days)
    }

    #[test]
    fn bars_grow_with_their_day_and_stay_inside() {
        let chart = chart(&[0, 1, 1000, 500]);
        let heights: Vec<_> = chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [1, 3, HEIGHT, HEIGHT / 2]);
        assert!(chart.bars.iter().all(|bar| bar.y + bar.height == HEIGHT && bar.x + bar.width <= WIDTH));
        assert_eq!(chart.bars[1].label, "2 Mar: 1 memory");
        assert_eq!(chart.description, "1501 memories in 4 days; the most on 3 Mar: 1000");
    }

    #[test]
    fn a_chart_of_nothing_can_be_drawn() {
        assert_eq!(chart(&[0, 0]).description, "no memories in 2 days");
        assert!(chart(&[]).bars.is_empty());
    }
}
