// <play-ground>: shows the answers of a rehearsal as they are written.
//
// Expects inside: a form with `message`, `turns` and `version_b`; `[data-turns]`, where turns stand;
// `template[data-live]`, a turn that is still being written, with a `[data-side=a|b]` for each of the
// settings, `[data-words]` and `[data-step]` in it; `template[data-error]`. The server's last event
// brings the finished turn and the talk for the next one. Without this the form sends itself.

class PlayGround extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this.#submitted);
    this.addEventListener("keydown", this.#pressed);
  }

  get #form() {
    return this.querySelector("form");
  }

  #pressed = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      this.#form.requestSubmit();
    }
  };

  #submitted = async (event) => {
    const form = this.#form;
    const field = form.elements.message;
    if (!field.value.trim()) return;
    event.preventDefault();
    if (this.hasAttribute("aria-busy")) return;
    this.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(form));
    body.set("stream", "1");
    const live = this.#begin(field.value, Boolean(form.elements.version_b.value));
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (!answer.ok || !answer.headers.get("content-type")?.startsWith("text/event-stream")) {
        throw new Error(this.dataset.failed);
      }
      await this.#hear(answer.body, live);
    } catch (error) {
      live.remove();
      this.#complain(error instanceof TypeError ? this.dataset.offline : error.message);
    } finally {
      this.removeAttribute("aria-busy");
      field.focus();
    }
  };

  /** Puts up a turn that is still being written. */
  #begin(question, beside) {
    this.querySelector("[data-empty]")?.remove();
    this.querySelector("[data-problem]").replaceChildren();
    const live = this.querySelector("template[data-live]").content.firstElementChild.cloneNode(true);
    live.querySelector("[data-question]").textContent = question;
    if (!beside) live.querySelector('[data-side="b"]').remove();
    this.querySelector("[data-turns]").append(live);
    live.scrollIntoView({ block: "nearest" });
    return live;
  }

  async #hear(stream, live) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    let done = false;
    for (;;) {
      const part = await reader.read();
      if (part.done) break;
      const events = (rest + part.value).split("\n\n");
      rest = events.pop();
      for (const event of events) done = this.#take(event, live) || done;
    }
    if (!done) throw new TypeError("cut off");
  }

  /** Takes one event; whether it was the last one. */
  #take(event, live) {
    const lines = event.split("\n");
    const name = lines.find((line) => line.startsWith("event:"))?.slice(6).trim();
    const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
    if (!name) return false;
    const told = JSON.parse(data.join("\n"));
    const side = live.querySelector(`[data-side="${told.side}"]`);
    const words = side?.querySelector("[data-words]");
    if (name === "words" && words) words.textContent += told.text;
    if (name === "anew" && words) words.textContent = "";
    if (name === "step" && side) {
      side.querySelector("[data-step]").textContent = this.getAttribute(`data-step-${told.step}`) ?? "";
    }
    if (name === "problem") throw new Error(told.text);
    if (name === "turn") this.#finish(told, live);
    return name === "turn";
  }

  #finish({ html, turns, said }, live) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const turn = document.importNode(page.body.firstElementChild, true);
    live.replaceWith(turn);
    turn.scrollIntoView({ block: "nearest" });
    this.#form.elements.turns.value = turns;
    this.#form.elements.message.value = "";
    if (said) document.dispatchEvent(new CustomEvent("announce", { detail: said }));
  }

  #complain(text) {
    const shown = this.querySelector("template[data-error]").content.firstElementChild.cloneNode(true);
    shown.lastElementChild.textContent = text;
    this.querySelector("[data-problem]").replaceChildren(shown);
  }
}

customElements.define("play-ground", PlayGround);
