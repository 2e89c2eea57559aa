// <thread-log>: a thread that stays at its end while one reads the end, keeps its place while one
// reads further up, and fetches older messages when the reader comes near the top. What comes in is
// said to a screen reader, and offered by `.new-messages` to whoever reads further up.
//
// Expects one child `.thread`. Its first child may be a link `[data-older]` to the older messages:
// with JavaScript it is followed by htmx as soon as it comes into view (`hx-get` on the link).
//
// While the page can be seen, a fetch of the thread says so (`seen=true`): then it is read. The
// event `seen` asks for that fetch when a page with news comes into view.

const NEAR = 80;
/** The longest message that is read out, in characters. */
const SAID = 300;

class ThreadLog extends HTMLElement {
  #grown;
  #changed;
  #atEnd = true;
  #anchor = null;
  /** The last message that was there. */
  #last = null;
  /** Something came in while nobody could see it. */
  #unseen = false;

  connectedCallback() {
    this.#toEnd();
    this.#last = this.#messages.at(-1);
    this.addEventListener("scroll", this.#scrolled, { passive: true });
    this.addEventListener("htmx:config:request", this.#asking);
    document.addEventListener("visibilitychange", this.#shown);
    this.#grown = new ResizeObserver(() => this.#settle());
    this.#grown.observe(this);
    this.#changed = new MutationObserver(() => {
      this.#watch();
      this.#look();
      this.#settle();
    });
    this.#changed.observe(this, { childList: true, subtree: true, characterData: true });
    this.#watch();
    this.addEventListener("load", () => this.#settle(), true);
  }

  disconnectedCallback() {
    this.#grown.disconnect();
    this.#changed.disconnect();
    document.removeEventListener("visibilitychange", this.#shown);
  }

  get #messages() {
    return [...this.querySelectorAll(".message")];
  }

  /** Follows the height of the thread itself, so that a late image moves nothing. */
  #watch() {
    const thread = this.querySelector(":scope > .thread");
    if (thread) this.#grown.observe(thread);
  }

  #asking = ({ target, detail: { ctx } }) => {
    if (target === this && document.visibilityState === "visible") ctx.request.body.set("seen", "true");
  };

  #shown = () => {
    if (document.visibilityState !== "visible" || !this.#unseen) return;
    this.#unseen = false;
    this.dispatchEvent(new CustomEvent("seen"));
  };

  #scrolled = () => {
    this.#atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
    if (this.#atEnd) this.#withdraw();
    this.#anchor = this.#atEnd ? null : this.#firstVisible();
    if (this.scrollTop < NEAR * 3) this.querySelector("[data-older]:not([aria-busy])")?.click();
  };

  #firstVisible() {
    const top = this.getBoundingClientRect().top;
    for (const message of this.#messages) {
      const box = message.getBoundingClientRect();
      if (box.bottom > top) return { id: message.id, message, offset: box.top - top };
    }
    return null;
  }

  #settle() {
    if (this.#atEnd) return this.#toEnd();
    const anchor = this.#anchor;
    const message = anchor && (document.getElementById(anchor.id) ?? anchor.message);
    if (!message?.isConnected) return;
    const moved = message.getBoundingClientRect().top - this.getBoundingClientRect().top - anchor.offset;
    if (Math.abs(moved) > 1) this.scrollTop += moved;
  }

  #toEnd() {
    this.scrollTop = this.scrollHeight;
  }

  /** What stands behind the last message of before is news. */
  #look() {
    const messages = this.#messages;
    const news = this.#last?.isConnected ? messages.slice(messages.indexOf(this.#last) + 1) : [];
    this.#last = messages.at(-1);
    if (!news.length) return;
    this.#unseen ||= document.visibilityState !== "visible";
    if (!this.#atEnd) this.querySelector(".new-messages")?.removeAttribute("hidden");
    // One's own words need not be read out.
    news.filter((message) => message.dataset.from !== "human").forEach((message) => this.#say(message));
  }

  #say(message) {
    const author = message.querySelector(".message-meta > span")?.textContent.trim() ?? "";
    const words = message.querySelector(".bubble")?.innerText.trim().slice(0, SAID) ?? "";
    document.dispatchEvent(new CustomEvent("announce", { detail: `${author}: ${words}` }));
  }

  #withdraw() {
    this.querySelector(".new-messages")?.setAttribute("hidden", "");
  }
}

customElements.define("thread-log", ThreadLog);

document.addEventListener("click", (event) => {
  if (!event.target.closest(".new-messages")) return;
  const log = event.target.closest("thread-log");
  log.scrollTo({ top: log.scrollHeight });
});
