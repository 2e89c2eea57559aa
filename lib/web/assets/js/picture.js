// <media-drop limit="BYTES">: a picture for a form, chosen, dropped or pasted, shown and removable.
//
// Expects inside: an `input[type=file]`, a `[data-chosen]` with `[data-preview]`, `[data-name]` and
// `[data-remove]`, a `[role=alert]`, and `template[data-word=kind|large]` with what is said there of
// a file that can't be sent. The server looks at the content; this only saves the way there.

class MediaDrop extends HTMLElement {
  #address = null;

  connectedCallback() {
    this.addEventListener("change", this.#changed);
    this.addEventListener("click", this.#clicked);
    this.addEventListener("paste", this.#pasted);
    this.addEventListener("dragover", this.#over);
    this.addEventListener("dragleave", () => this.toggleAttribute("data-over", false));
    this.addEventListener("drop", this.#dropped);
    this.closest("form").addEventListener("htmx:after:request", this.#answered);
    this.#show();
  }

  get #input() {
    return this.querySelector("input[type=file]");
  }

  #changed = (event) => {
    if (event.target === this.#input) this.#take([...this.#input.files]);
  };

  #clicked = (event) => {
    if (!event.target.closest("[data-remove]")) return;
    this.#remove();
    this.#input.focus();
  };

  #pasted = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.#take(files);
  };

  #over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.toggleAttribute("data-over", true);
  };

  #dropped = (event) => {
    this.toggleAttribute("data-over", false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.#take(files);
  };

  #take([file]) {
    if (!file || this.#input.disabled) return this.#show();
    if (!this.#input.accept.split(",").includes(file.type)) return this.#refuse("kind");
    if (file.size > Number(this.getAttribute("limit"))) return this.#refuse("large");
    const held = new DataTransfer();
    held.items.add(file);
    this.#input.files = held.files;
    this.querySelector("[role=alert]").replaceChildren();
    this.#show();
  }

  #refuse(word) {
    this.#remove();
    const said = this.querySelector(`template[data-word=${word}]`).content.cloneNode(true);
    this.querySelector("[role=alert]").replaceChildren(said);
  }

  #remove() {
    this.#input.value = "";
    this.#show();
  }

  #show() {
    const [file] = this.#input.files;
    const chosen = this.querySelector("[data-chosen]");
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = file ? URL.createObjectURL(file) : null;
    chosen.hidden = !file;
    chosen.querySelector("[data-name]").textContent = file?.name ?? "";
    if (file) chosen.querySelector("[data-preview]").src = this.#address;
  }

  // What was taken is gone from the form; what was refused stays.
  #answered = ({ detail: { ctx } }) => {
    const own = ctx.sourceElement === this.closest("form");
    if (own && ctx.request.method !== "GET" && ctx.response.status < 300) {
      this.querySelector("[role=alert]").replaceChildren();
      this.#remove();
    }
  };
}

customElements.define("media-drop", MediaDrop);
