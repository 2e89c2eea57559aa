// <edited-draft>: a suggested answer in a form, which a person may change before it is sent.
//
// When the customer writes again the suggestion leaves the page. What a person changed in it must
// not go with it: it moves into the composer, with the words in `template[data-word=kept]`.

class EditedDraft extends HTMLElement {
  #form;
  #deciding = false;
  #decided = false;

  connectedCallback() {
    const form = this.querySelector("form");
    if (!form || form === this.#form) return;
    this.#form = form;
    // Heard at the form itself: an answer may come when it has left the page.
    form.addEventListener("htmx:before:request", () => (this.#deciding = true));
    form.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
      this.#deciding = false;
      this.#decided = ctx.response?.status < 300;
      if (!this.isConnected) this.#rescue();
    });
  }

  disconnectedCallback() {
    // Not at once: it may only have been moved.
    queueMicrotask(() => {
      if (!this.isConnected && !this.#deciding) this.#rescue();
    });
  }

  #rescue() {
    const field = this.querySelector("textarea");
    const box = document.querySelector("composer-box");
    if (this.#decided || !box || !field || field.value.trim() === field.defaultValue.trim()) return;
    this.#decided = true;
    box.add(field.value.trim());
    const words = this.querySelector("template[data-word=kept]").content.cloneNode(true);
    box.querySelector("[role=alert]")?.replaceChildren(words);
  }
}

customElements.define("edited-draft", EditedDraft);
