// The element that contains a page.

export function rootElement(): HTMLElement {
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no root element.");
  return root;
}
