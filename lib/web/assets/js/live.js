// <live-region events="/events">: hears which things changed and tells the page, by name only.
//
// Each name (`inbox-changed`, `thread-changed:ID`) becomes an event on <body>, for
// `hx-trigger="inbox-changed from:body, resync from:body"`. Whenever a signal may have been missed
// (before the connection stood, after it was lost, when a page comes back from the browser's
// cache) `resync` makes everything fetch itself again.
// All tabs share one connection: the tab that holds the lock listens and tells the others.
//
// `document.dispatchEvent(new CustomEvent("announce", { detail: "…" }))` speaks to a screen reader.

const tell = (name) => document.body.dispatchEvent(new CustomEvent(name));

class LiveRegion extends HTMLElement {
  #abort;

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    document.addEventListener("announce", (event) => this.#say(event.detail), { signal });
    addEventListener("pageshow", (event) => event.persisted && tell("resync"), { signal });
    const url = this.getAttribute("events");
    if (url) this.#listen(url, signal);
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  #listen(url, signal) {
    const others = new BroadcastChannel("live");
    signal.addEventListener("abort", () => others.close());
    others.onmessage = (event) => tell(event.data);
    const everywhere = (name) => {
      tell(name);
      others.postMessage(name);
    };
    const lead = () =>
      new Promise((release) => {
        const close = this.#connect(url, everywhere);
        signal.addEventListener("abort", () => {
          close();
          release();
        });
      });
    if (navigator.locks) {
      navigator.locks.request("live", { signal }, lead).catch(() => {});
    } else {
      lead();
    }
  }

  /** Listens until closed; a browser repeats a broken connection by itself, save after an error page. */
  #connect(url, everywhere) {
    let source;
    let timer;
    let pause = 1000;
    // What changed between the making of this page and the connection was told to nobody here.
    let resync = () => tell("resync");
    const open = () => {
      source = new EventSource(url);
      source.onopen = () => {
        pause = 1000;
        resync?.();
        resync = null;
      };
      source.onmessage = (event) => event.data.split(/\s+/).filter(Boolean).forEach(everywhere);
      source.onerror = () => {
        resync = () => everywhere("resync");
        if (source.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(open, pause);
        pause = Math.min(pause * 2, 30000);
      };
    };
    open();
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }

  #say(text) {
    const line = document.createElement("p");
    line.textContent = text;
    this.append(line);
    while (this.children.length > 5) this.firstElementChild.remove();
  }
}

customElements.define("live-region", LiveRegion);
