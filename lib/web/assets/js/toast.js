// <undo-toast>: goes away by itself, but not while it is read, and never with its undo unseen.

const STAYS = 8000;

class UndoToast extends HTMLElement {
  #timer;

  connectedCallback() {
    this.addEventListener("click", (event) => event.target.closest("[data-close]") && this.remove());
    // An undo that failed may be tried again.
    this.addEventListener("htmx:after:request", ({ detail: { ctx } }) => ctx.response.status < 400 && this.remove());
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, () => clearTimeout(this.#timer));
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => this.#wait());
    this.#wait();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #wait() {
    clearTimeout(this.#timer);
    // An error stays until it is closed.
    if (this.dataset.tone !== "danger") this.#timer = setTimeout(() => this.remove(), STAYS);
  }
}

customElements.define("undo-toast", UndoToast);
