// A button `data-copy="ID"` copies what the element with this id says, and says `data-copied` then.

const STAYS = 3000;

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!source) return;
  const words = button.querySelector("span");
  const before = words.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent);
    words.textContent = button.dataset.copied;
    document.dispatchEvent(new CustomEvent("announce", { detail: button.dataset.copied }));
    setTimeout(() => (words.textContent = before), STAYS);
  } catch {
    // Without the right to the clipboard the text is at least marked, for the keys.
    getSelection().selectAllChildren(source);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) copy(button);
});
