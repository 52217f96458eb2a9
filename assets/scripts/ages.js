// Lets ages grow between two refreshes, and while refreshing is paused. Counts by the server's clock.
const ahead = Date.parse(document.body.dataset.now) - Date.now();
const units = [[172800, 86400, "d"], [7200, 3600, "h"], [120, 60, "min"], [1, 1, "s"]];

function words(seconds) {
  const size = Math.abs(seconds);
  const unit = units.find(([least]) => size >= least);
  if (!unit) return "now";
  const span = `${Math.floor(size / unit[1])} ${unit[2]}`;
  return seconds < 0 ? `in ${span}` : `${span} ago`;
}

setInterval(() => {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-age]")) {
    const age = (Date.now() + ahead - Date.parse(time.dateTime)) / 1000;
    const text = age >= 0 && time.dataset.age ? time.dataset.age : words(age);  // `due` once it has come
    if (time.textContent !== text) time.textContent = text;
  }
}, 1000);
