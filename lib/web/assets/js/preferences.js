// <theme-switch>: changes the colours at once and lets the server keep the choice. Also tells the
// server the time zone of this browser, by cookie, and marks the page as one with JavaScript.

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest('button[name="theme"]');
      if (!button) return;
      event.preventDefault();
      document.documentElement.dataset.theme = button.value;
      document.cookie = `theme=${button.value}; path=/; max-age=31536000; samesite=lax`;
      for (const other of document.querySelectorAll('theme-switch button[name="theme"]')) {
        other.setAttribute("aria-pressed", other.value === button.value);
      }
    });
  }
}

customElements.define("theme-switch", ThemeSwitch);

document.documentElement.dataset.js = "";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
