// <thread-log>: a thread that stays at its end while one reads the end, keeps its place while one
// reads further up, and fetches older messages when the reader comes near the top.
//
// Expects one child `.thread`. Its first child may be a link `[data-older]` to the older messages:
// with JavaScript it is followed by htmx as soon as it comes into view (`hx-get` on the link).

const NEAR = 80;

class ThreadLog extends HTMLElement {
  #grown;
  #changed;
  #atEnd = true;
  #anchor = null;

  connectedCallback() {
    this.tabIndex = 0;
    this.#toEnd();
    this.addEventListener("scroll", this.#scrolled, { passive: true });
    this.#grown = new ResizeObserver(() => this.#settle());
    this.#grown.observe(this);
    this.#changed = new MutationObserver((changes) => {
      this.#watch();
      if (!this.#atEnd && changes.some((change) => this.#isNews(change))) this.#offer();
      this.#settle();
    });
    this.#changed.observe(this, { childList: true, subtree: true, characterData: true });
    this.#watch();
    this.addEventListener("load", () => this.#settle(), true);
  }

  disconnectedCallback() {
    this.#grown.disconnect();
    this.#changed.disconnect();
  }

  /** Follows the height of the thread itself, so that a late image moves nothing. */
  #watch() {
    const thread = this.querySelector(":scope > .thread");
    if (thread) this.#grown.observe(thread);
  }

  #scrolled = () => {
    this.#atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
    if (this.#atEnd) this.#withdraw();
    this.#anchor = this.#atEnd ? null : this.#firstVisible();
    if (this.scrollTop < NEAR * 3) this.querySelector("[data-older]:not([aria-busy])")?.click();
  };

  #firstVisible() {
    const top = this.getBoundingClientRect().top;
    for (const message of this.querySelectorAll(".message")) {
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

  #isNews(change) {
    return [...change.addedNodes].some((node) => node.matches?.(".message:last-of-type"));
  }

  #offer() {
    this.querySelector(".new-messages")?.removeAttribute("hidden");
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
