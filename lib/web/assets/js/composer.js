// <composer-box draft="ID" limit="1000" unit="bytes|characters">: the reply form around a textarea.
//
// Ctrl or Cmd + Enter sends. What is typed is kept in this tab until it was sent, so that neither
// a reload nor a lost session loses it. `[data-counter]` shows how much of the limit is used.
// After a good answer what was sent leaves the field; after a bad one everything stays. An empty
// form is not sent: a second click on the button means the answer that is on its way.

const bytes = new TextEncoder();

class ComposerBox extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this.#typed);
    this.addEventListener("keydown", this.#pressed);
    this.addEventListener("htmx:after:request", this.#answered);
    // Met on its way down, before htmx hears of it.
    this.addEventListener("submit", this.#leaving, true);
    const field = this.#field;
    if (!field) return;
    const kept = sessionStorage.getItem(this.#key);
    if (kept && !field.value) field.value = kept;
    this.#keep();
    this.#show();
  }

  get #field() {
    return this.querySelector("textarea");
  }

  get #key() {
    return `draft:${this.getAttribute("draft") ?? location.pathname}`;
  }

  #typed = () => {
    this.#keep();
    this.#show();
  };

  #keep() {
    const text = this.#field?.value;
    if (text) sessionStorage.setItem(this.#key, text);
    else sessionStorage.removeItem(this.#key);
  }

  #pressed = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      this.querySelector("form")?.requestSubmit(this.querySelector("[data-send]"));
    }
  };

  // Without htmx the page goes away with the form; only what the server takes may be forgotten,
  // so the draft is dropped when the next page says that it was sent (an empty `sent` attribute).
  #leaving = (event) => {
    this.#keep();
    const field = this.#field;
    const picture = this.querySelector("input[type=file]");
    if (!field || field.value.trim() || picture?.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    field.focus();
  };

  #answered = (event) => {
    const { ctx } = event.detail;
    const form = this.querySelector("form");
    if (ctx.sourceElement !== form || ctx.request.method === "GET" || ctx.response.status >= 300) return;
    // What was typed since then stays.
    const sent = ctx.request.body?.get?.("text") ?? "";
    const field = this.#field;
    if (!field?.value.startsWith(sent)) return;
    field.value = field.value.slice(sent.length).trimStart();
    field.setCustomValidity("");
    this.#typed();
  };

  /** Empties the field, when what it held is on its way. */
  clear() {
    const field = this.#field;
    if (!field) return;
    field.value = "";
    field.setCustomValidity("");
    this.#typed();
  }

  /** Puts a text behind what is there. The focus comes here only when nobody has it. */
  add(text) {
    const field = this.#field;
    if (!field) return;
    field.value = field.value.trim() ? `${field.value.trimEnd()}\n${text}` : text;
    if (document.activeElement === document.body) field.focus();
    this.#typed();
  }

  /** Puts a text in, for example a draft that was asked for. */
  fill(text) {
    this.#field.value = text;
    this.#field.focus();
    this.#typed();
  }

  #show() {
    const field = this.#field;
    const limit = Number(this.getAttribute("limit"));
    const counter = this.querySelector("[data-counter]");
    if (!field || !limit || !counter) return;
    const used =
      this.getAttribute("unit") === "bytes" ? bytes.encode(field.value).length : [...field.value].length;
    counter.hidden = used < limit * 0.8;
    counter.textContent = `${used} / ${limit}`;
    counter.dataset.tone = used > limit ? "warn" : "";
  }

  static observedAttributes = ["draft", "sent"];

  /** The same element shows another conversation: each has its own draft. */
  attributeChangedCallback(name, before, after) {
    if (!this.isConnected) return;
    if (name === "sent" && after !== null) return this.clear();
    if (name !== "draft" || before === null || before === after || !this.#field) return;
    this.#field.value = sessionStorage.getItem(this.#key) ?? "";
    this.#show();
  }
}

customElements.define("composer-box", ComposerBox);
