// Every visible text, and the edge of every control, against what lies behind it (WCAG 2.2, 1.4.3 and 1.4.11). Returns how many
// were measured and which have too little: [what, ratio, needed].
const channels = colour => {
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  return {rgb: [r, g, b], a};
};
const over = (top, below) => top.rgb.map((c, i) => c * top.a + below[i] * (1 - top.a));
const behind = element => {
  if (!element) return [255, 255, 255];
  const own = channels(getComputedStyle(element).backgroundColor);
  return own.a === 1 ? own.rgb : over(own, behind(element.parentElement));
};
const luminance = rgb => {
  const [r, g, b] = rgb.map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (colour, back) => {
  const [light, dark] = [over(channels(colour), back), back].map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

let measured = 0;
const poor = new Map();
const measure = (what, colour, back, needed) => {
  ++measured;
  const found = ratio(colour, back);
  if (found < needed) poor.set(what, [what, found, needed]);
};
const name = element => element.tagName.toLowerCase() + (element.className ? "." + element.className : "");

const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !element.getClientRects().length) continue;
  const style = getComputedStyle(element), size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  measure(name(element), style.color, behind(element), large ? 3 : 4.5);
}
for (const control of document.querySelectorAll("input, button")) {
  measure(name(control) + " edge", getComputedStyle(control).borderTopColor, behind(control.parentElement), 3);
  if (control.placeholder) measure(name(control) + " placeholder", getComputedStyle(control, "::placeholder").color, behind(control), 4.5);
}
return {measured, poor: [...poor.values()]};
