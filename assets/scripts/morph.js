// The htmx swap `morph`: brings what is shown to what has come by changing only what differs. Focus, selected text, open
// details and the place of scrolling stay as the person left them.
function alike(shown, wanted) {
  return shown.nodeType === wanted.nodeType && shown.nodeName === wanted.nodeName &&
         (shown.id ?? "") === (wanted.id ?? "");
}

function firstAlike(from, wanted) {
  let node = from;
  while (node && !alike(node, wanted)) node = node.nextSibling;
  return node;
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function morphAttributes(shown, wanted) {
  for (const { name, value } of wanted.attributes)
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  for (const { name } of [...shown.attributes])
    if (!wanted.hasAttribute(name) && !(name === "open" && shown.nodeName === "DETAILS")) shown.removeAttribute(name);
}

function morphNode(shown, wanted) {
  if (shown.nodeType !== Node.ELEMENT_NODE) {
    if (shown.nodeValue !== wanted.nodeValue) shown.nodeValue = wanted.nodeValue;
    return;
  }
  morphAttributes(shown, wanted);
  morphChildren(shown, wanted);
}

function morphChildren(shown, wanted) {
  const stays = new Set([...wanted.children].map((child) => child.id));
  for (const child of [...shown.children])
    if (child.id && !stays.has(child.id)) child.remove();  // first, so that nothing behind it has to move
  const named = new Map([...shown.children].filter((child) => child.id).map((child) => [child.id, child]));

  let place = shown.firstChild;
  for (const next of [...wanted.childNodes]) {
    const known = next.id ? named.get(next.id) : firstAlike(place, next);
    if (!known || !alike(known, next)) {
      shown.insertBefore(next, place);
      continue;
    }
    named.delete(next.id);
    while (place !== known && !place.id) place = removed(place);  // rather than move `known`, which would lose its focus
    if (place === known) place = place.nextSibling;
    else shown.insertBefore(known, place);
    morphNode(known, next);
  }
  while (place) place = removed(place);
}

htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph",
  handleSwap(style, target, fragment) {
    if (style !== "morph") return false;
    morphChildren(target, fragment);
    return true;
  },
});
