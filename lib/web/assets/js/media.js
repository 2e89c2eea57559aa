// <media-file>: a picture, film or sound of a message that may be gone at the platform.
//
// With `data-either` nobody knows whether it is a picture or a film: the picture is tried first,
// then the film. What can't be shown gives way to the words `.media-gone`. The element keeps what
// it found out as states of its own, which a morph of its markup does not touch.

class MediaFile extends HTMLElement {
  #states = this.attachInternals().states;

  connectedCallback() {
    // Errors of media do not bubble; they can be met on their way down.
    this.addEventListener("error", this.#failed, true);
    const picture = this.querySelector("img");
    if (picture?.complete && picture.naturalWidth === 0 && picture.currentSrc) this.#next(picture);
  }

  #failed = (event) => this.#next(event.target);

  #next(failed) {
    const film = this.querySelector(":scope[data-either] > video");
    if (film && failed.matches("img")) {
      this.#states.add("film");
      film.preload = "metadata";
      return;
    }
    this.#states.add("gone");
  }
}

customElements.define("media-file", MediaFile);
