//! One field of a cron schedule: a list of numbers, names and ranges, or `*`.

/// What a field counts.
pub(super) struct Field {
    first: u16,
    last: u16,
    /// Short names, of which the first stands for the first number.
    names: &'static [&'static str],
}

pub(super) const MINUTES: Field = Field { first: 0, last: 59, names: &[] };
pub(super) const HOURS: Field = Field { first: 0, last: 23, names: &[] };
pub(super) const DAYS_OF_MONTH: Field = Field { first: 1, last: 31, names: &[] };
pub(super) const MONTHS: Field = Field {
    first: 1,
    last: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
/// 7 is Sunday, too, for most daemons.
pub(super) const DAYS_OF_WEEK: Field =
    Field { first: 0, last: 7, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

/// A field as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parsed {
    items: Vec<Item>,
    of_week: bool,
    first: u16,
    last: u16,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    text: String,
    span: Span,
    step: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Span {
    Empty,
    Any,
    Single(Value),
    Range(Value, Value),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Value {
    number: u16,
    named: bool,
}

impl Field {
    /// The field, or `None` when no daemon reads it.
    pub(super) fn parse(&self, text: &str) -> Option<Parsed> {
        let items = text.split(',').map(|item| self.item(item)).collect::<Option<Vec<_>>>()?;
        if items.len() > 1 && items.iter().any(Item::is_any) {
            return None;
        }
        let of_week = self.last == DAYS_OF_WEEK.last;
        Some(Parsed { items, of_week, first: self.first, last: self.last })
    }

    fn item(&self, text: &str) -> Option<Item> {
        let (span, step) = match text.split_once('/') {
            Some((span, step)) => (span, Some(number(step).filter(|step| *step > 0)?)),
            None => (text, None),
        };
        let span = match (span, span.split_once('-')) {
            ("", _) if step.is_none() => Span::Empty,
            ("*", _) => Span::Any,
            (_, Some((from, to))) => Span::Range(self.value(from)?, self.value(to)?),
            (value, None) => Span::Single(self.value(value)?),
        };
        Some(Item { text: text.to_owned(), span, step })
    }

    fn value(&self, text: &str) -> Option<Value> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let number = match named {
            Some(index) => self.first + u16::try_from(index).ok()?,
            None => number(text)?,
        };
        (self.first..=self.last).contains(&number).then_some(Value { number, named: named.is_some() })
    }
}

impl Item {
    /// Whether it is `*` without a step.
    fn is_any(&self) -> bool {
        matches!(self.span, Span::Any) && self.step.is_none()
    }

    /// The item with numbers for names, or why daemons would differ.
    fn portable(&self, of_week: bool, last: u16) -> Result<String, String> {
        let text = &self.text;
        let span = match self.span {
            Span::Empty => return Err("an item of a list is empty; leave its comma out".to_owned()),
            Span::Any => "*".to_owned(),
            Span::Single(Value { number: 7, .. }) if of_week => {
                return Err("not every cron daemon takes 7 for Sunday; write 0".to_owned());
            }
            Span::Single(Value { number, .. }) => match self.step {
                None => number.to_string(),
                Some(step) => {
                    return Err(format!(
                        "cron daemons differ on {text}, a step without a range; write {number}-{last}/{step}"
                    ));
                }
            },
            Span::Range(from, to) if of_week && ((to.named && to.number == 0) || to.number == 7) => {
                let days = days_of_week(from.number, self.step);
                return Err(format!(
                    "cron daemons differ on {text}, a range that ends in Sunday; write {days}"
                ));
            }
            Span::Range(from, to) if from.number > to.number => {
                return Err(format!("{text} runs backwards; write two ranges"));
            }
            Span::Range(from, to) => format!("{}-{}", from.number, to.number),
        };
        Ok(self.step.map_or_else(|| span.clone(), |step| format!("{span}/{step}")))
    }

    /// The numbers of a range or a single one.
    fn values(&self) -> impl Iterator<Item = u16> {
        let (from, to) = match self.span {
            Span::Range(from, to) => (from.number, to.number),
            Span::Single(value) => (value.number, value.number),
            // Nothing: no number is below 0.
            Span::Any | Span::Empty => (1, 0),
        };
        (from..=to).step_by(usize::from(self.step.unwrap_or(1)))
    }
}

impl Parsed {
    /// Whether it stands for this number.
    pub(super) fn has(&self, number: u16) -> bool {
        self.items.iter().any(|item| {
            let step = item.step.unwrap_or(1);
            let (from, to) = match item.span {
                Span::Empty => return false,
                Span::Any => (self.first, self.last),
                Span::Range(from, to) => (from.number, to.number),
                // A step without a range goes on to the end.
                Span::Single(value) => {
                    (value.number, if item.step.is_some() { self.last } else { value.number })
                }
            };
            (from..=to).contains(&number) && (number - from).is_multiple_of(step)
        })
    }

    /// Whether it is `*`.
    pub(super) fn is_any(&self) -> bool {
        self.items.iter().all(Item::is_any)
    }

    /// The field with numbers for names, or why daemons would differ.
    pub(super) fn portable(&self) -> Result<String, String> {
        // An hour or a weekday after the last is no value of a range that goes on to the end.
        let last = if self.of_week { 6 } else { self.last };
        let items = self.items.iter().map(|item| item.portable(self.of_week, last));
        Ok(items.collect::<Result<Vec<_>, _>>()?.join(","))
    }

    /// All numbers that it stands for; those of `*` are counted from 1, as months are.
    pub(super) fn values(&self) -> impl Iterator<Item = u16> {
        let any = self.items.iter().filter(|item| matches!(item.span, Span::Any));
        let any = any.flat_map(|item| (1..=self.last).step_by(usize::from(item.step.unwrap_or(1))));
        any.chain(self.written_values())
    }

    /// The numbers that were written: without those of `*`, which goes no further than a month does.
    pub(super) fn written_values(&self) -> impl Iterator<Item = u16> {
        self.items.iter().flat_map(Item::values)
    }
}

/// The days from this one to Sunday as a list of numbers.
fn days_of_week(from: u16, step: Option<u16>) -> String {
    let from = if from == 0 { 7 } else { from };
    let mut days: Vec<u16> = (from..=7).step_by(usize::from(step.unwrap_or(1))).map(|day| day % 7).collect();
    days.sort_unstable();
    days.iter().map(u16::to_string).collect::<Vec<_>>().join(",")
}

fn number(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
