// Formats times in the reader's time zone, with the tokens of
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting.

const day = 24 * 60 * 60 * 1000;

export function localise(time) {
  const at = time.dateTime ? new Date(time.dateTime) : new Date(time.dataset.unix * 1000);
  if (isNaN(at)) return;
  time.title = at.toLocaleString([], {dateStyle: 'full', timeStyle: 'short'});
  time.textContent = time.dataset.format.replace(/\{(\w+)\}/g, (token, name) => part(at, name) ?? token);
}

function part(at, name) {
  const [kind, pretty] = [name.replace(/_pretty$/, ''), name.endsWith('_pretty')];
  const date = style => (pretty && nearby(at)) || at.toLocaleDateString([], style);
  switch (kind) {
    case 'time': return at.toLocaleTimeString([], {hour: 'numeric', minute: '2-digit'});
    case 'time_secs': return at.toLocaleTimeString([], {hour: 'numeric', minute: '2-digit', second: '2-digit'});
    case 'date_num': return at.toLocaleDateString('sv');
    case 'date_slash': return at.toLocaleDateString('en-US');
    case 'date_short': return date({year: 'numeric', month: 'short', day: 'numeric'});
    case 'date_long': return date({weekday: 'long', year: 'numeric', month: 'long', day: 'numeric'});
    case 'date': return date({year: 'numeric', month: 'long', day: 'numeric'});
    case 'ago': return ago(at);
  }
}

// nearby returns yesterday, today or tomorrow, or undefined for other days.
function nearby(at) {
  const midnight = date => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  return {'-1': 'yesterday', 0: 'today', 1: 'tomorrow'}[Math.round((midnight(at) - midnight(new Date())) / day)];
}

function ago(at) {
  const seconds = (at - Date.now()) / 1000, words = new Intl.RelativeTimeFormat([], {numeric: 'auto'});
  for (const [unit, size] of [['day', 86400], ['hour', 3600], ['minute', 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(Math.round(seconds), 'second');
}
