// Keeps ages fresh (`<time data-ages>`) and counts down to the end of a reply window:
// <reply-window until="2026-09-10T12:00:00Z" words="Window closes in {time}" closed="…">.

const words = document.body.dataset;
const MINUTE = 60000;
const HOUR = 60 * MINUTE;

function span(milliseconds) {
  if (milliseconds < HOUR) return words.wordMinutes.replace("{n}", Math.floor(milliseconds / MINUTE));
  return words.wordHours.replace("{n}", Math.floor(milliseconds / HOUR));
}

function age(time) {
  const passed = Date.now() - Date.parse(time.dateTime);
  // Older ones are shown by day, which the server has written.
  if (passed >= 24 * HOUR) return;
  const text = passed < MINUTE ? words.wordNow : span(passed);
  if (time.textContent !== text) time.textContent = text;
}

class ReplyWindow extends HTMLElement {
  static observedAttributes = ["until"];

  attributeChangedCallback() {
    this.show();
  }

  show() {
    const left = Date.parse(this.getAttribute("until")) - Date.now();
    if (Number.isNaN(left)) return;
    const open = left > 0;
    const text = open
      ? this.getAttribute("words").replace("{time}", span(left))
      : this.getAttribute("closed");
    if (this.textContent !== text) this.textContent = text;
    this.dataset.tone = open ? (left < HOUR ? "warn" : "") : "danger";
  }
}

customElements.define("reply-window", ReplyWindow);

function tick() {
  document.querySelectorAll("time[data-ages]").forEach(age);
  document.querySelectorAll("reply-window").forEach((one) => one.show());
}

tick();
setInterval(tick, 15000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:after:swap", tick);
