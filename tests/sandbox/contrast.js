() => {
  // Every visible text with its contrast ratio. Beyond axe-core's rule: text of every size, what is hidden from screen readers,
  // generated prefixes, and placeholders. Without spoilers, which nobody is to read yet, and what is disabled.
  const channels = (color) => { // "rgb(255 0 0 / 0.5)", or "color(srgb 1 0 0 / 0.5)" of mixed colors
    const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    const scale = color.startsWith("color(") ? 255 : 1;
    return [red * scale, green * scale, blue * scale, alpha];
  };
  const over = ([red, green, blue, alpha = 1], below) => [red, green, blue].map((value, i) => value * alpha + below[i] * (1 - alpha));
  const ground = (node) => node ? over(channels(getComputedStyle(node).backgroundColor), ground(node.parentElement)) : [255, 255, 255];
  const opacity = (node) => node ? getComputedStyle(node).opacity * opacity(node.parentElement) : 1;
  const linear = (value) => value <= 0.04045 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = (color) => { const [red, green, blue] = color.map(linear); return 0.2126 * red + 0.7152 * green + 0.0722 * blue; };
  const ratio = (node, style) => {
    const below = ground(node);
    const [red, green, blue, alpha = 1] = channels(style.color);
    const [dark, light] = [over([red, green, blue, alpha * style.opacity * opacity(node)], below), below].map(luminance).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const written = (node) => [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const prefixed = (node) => !["none", "normal", '""'].includes(getComputedStyle(node, "::before").content);
  const seen = [...document.body.querySelectorAll("*")].filter((node) => node.checkVisibility({ visibilityProperty: true })
    && !node.closest(":disabled, .spoiler[aria-expanded=false]"));
  return [
    ...seen.filter(written).map((node) => [node.textContent, ratio(node, { color: getComputedStyle(node).color, opacity: 1 })]),
    ...seen.filter((node) => node.value && node.type !== "range").map((node) => [node.value, ratio(node, { color: getComputedStyle(node).color, opacity: 1 })]),
    ...seen.filter(prefixed).map((node) => [`before ${node.textContent}`, ratio(node, getComputedStyle(node, "::before"))]),
    ...seen.filter((node) => node.placeholder && !node.value).map((node) => [node.placeholder, ratio(node, getComputedStyle(node, "::placeholder"))]),
  ];
}
