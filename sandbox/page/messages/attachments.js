// A message's files: a download link, with a preview of text files, and pictures themselves.

import { element } from "../dom.js";
import { numeral } from "../locale.js";

const PREVIEW_BYTES = 200_000;

export function attachmentView(file) {
  if (file.content_type?.startsWith("image/")) return pictureView(file);
  const size = file.size < 1024 ? `${numeral(file.size)} bytes` : `${numeral(Math.round(file.size / 102.4) / 10)} KB`;
  const name = element("a", { href: file.url, download: file.filename }, file.filename);
  const chip = element("div", { class: "chip" }, element("span", { class: "file", "aria-hidden": "true" }, "📄"),
    element("span", {}, name, element("small", {}, file.description ? `${size} · ${file.description}` : size)));
  const view = element("div", { class: "attachment", "data-filename": file.filename }, chip);
  if (file.content_type?.startsWith("text/") && file.size <= PREVIEW_BYTES) addPreview(view, file);
  return view;
}

function pictureView(file) {
  const picture = element("img", { src: new URL(file.url).pathname, alt: file.description ?? file.filename, loading: "lazy" });
  const link = element("a", { href: file.url, download: file.filename, "aria-label": `Download ${file.filename}` }, picture);
  return element("div", { class: "attachment picture", "data-filename": file.filename }, link);
}

async function addPreview(view, file) {
  const text = element("pre", { tabindex: "0", role: "group", "aria-label": `Preview of ${file.filename}` });
  const expand = element("button", { type: "button", class: "quiet", "aria-expanded": "false", onclick: toggle }, "Show all");
  view.append(text, expand);
  text.textContent = await (await fetch(new URL(file.url).pathname)).text();
  expand.hidden = text.scrollHeight <= text.clientHeight + 4;

  function toggle() {
    const open = view.classList.toggle("open");
    expand.setAttribute("aria-expanded", String(open));
    expand.textContent = open ? "Show less" : "Show all";
  }
}
