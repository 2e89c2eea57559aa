// <unread-count count="3">: shows the number in the title and on the icon of the tab.

const icon = document.querySelector('link[rel="icon"]');
const plain = icon?.href;

async function draw(count) {
  if (!icon) return;
  if (!count) {
    icon.href = plain;
    return;
  }
  const image = new Image(64, 64);
  image.src = plain;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
  const paint = canvas.getContext("2d");
  paint.drawImage(image, 0, 0, 64, 64);
  paint.fillStyle = "#d92d3a";
  paint.beginPath();
  paint.arc(44, 20, 20, 0, 7);
  paint.fill();
  paint.fillStyle = "#fff";
  paint.font = "bold 26px sans-serif";
  paint.textAlign = "center";
  paint.textBaseline = "middle";
  paint.fillText(count > 9 ? "9+" : count, 44, 21);
  icon.href = canvas.toDataURL();
}

class UnreadCount extends HTMLElement {
  static observedAttributes = ["count"];

  attributeChangedCallback(_name, before, after) {
    if (before === after) return;
    const count = Number(after);
    document.title = document.title.replace(/^(\(\d+\) )?/, count ? `(${count}) ` : "");
    draw(count).catch(() => {});
  }
}

customElements.define("unread-count", UnreadCount);
