// Embeds: a box with a colored edge, a title, text, fields and a footer.

import { element } from "../dom.js";
import { render } from "./markdown.js";

export function embedView(embed, context) {
  const text = (name, content, tag = "div") => content && element(tag, { class: name }, ...render(content, context));
  const fields = (embed.fields ?? []).map((field) => element("div", { class: field.inline ? "field inline" : "field" },
    text("name", field.name), text("value", field.value)));
  const box = element("div", { class: "embed content" },
    embed.author && element("p", { class: "subtext" }, embed.author.name),
    text("title", embed.title), text("description", embed.description),
    fields.length > 0 && element("div", { class: "fields" }, ...fields),
    embed.footer && element("p", { class: "subtext" }, embed.footer.text));
  if (embed.color != null) box.style.setProperty("--accent", `#${embed.color.toString(16).padStart(6, "0")}`);
  return box;
}
