// Builds DOM nodes safely: text is never parsed as markup.

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

const HUES = [212, 268, 328, 152, 8];

export function avatar(user, size = "") {
  const circle = element("span", { class: `avatar ${size} ${user.bot ? "bot" : ""}`, "aria-hidden": "true" });
  if (!user.bot) circle.textContent = user.global_name[0];
  circle.style.setProperty("--hue", HUES[user.username.length % HUES.length]);
  return circle;
}
